-- policies: the thirteen policies, each with the severity a plain case of it has.
-- why: a queue entry that a person confirms gets its policy's severity.
-- reads: -
-- emits: policy_id, severity  one row: one policy
select
    listed.policy_id,
    listed.severity
from (
    values
    ('own-or-competitor-review', 'high'),
    ('compensated-review', 'critical'),
    ('refund-for-review-change', 'critical'),
    ('review-club', 'high'),
    ('insider-review', 'high'),
    ('review-change-request', 'high'),
    ('review-diversion', 'medium'),
    ('variation-manipulation', 'high'),
    ('insert-incentive', 'high'),
    ('customer-account-review', 'critical'),
    ('positive-review-request', 'high'),
    ('review-vote-manipulation', 'medium'),
    ('off-platform-contact', 'medium')
) as listed (policy_id, severity)
order by listed.policy_id
