-- notice_words: words of the platform's notices that tell what a notice is and what it alleges.
-- why: a table gives a notice its kind; a mail of the same kind may be a warning, a threat of
--   deactivation or the answer to an appeal. Lower-case substrings, in the languages platforms write
--   in; they refine a stated kind and never contradict a deactivation or a reinstatement.
-- reads: -
-- emits: says, words  one row: one phrase
select
    listed.says,
    listed.words
from (
    values
    ('at-risk', 'at risk of deactivation'),
    ('at-risk', 'at risk of imminent deactivation'),
    ('at-risk', 'may be deactivated within'),
    ('at-risk', 'deaktivierung droht'),
    ('at-risk', 'von einer deaktivierung bedroht'),
    ('at-risk', 'risque de désactivation'),
    ('at-risk', 'rischio di disattivazione'),
    ('at-risk', 'riesgo de desactivación'),
    ('appeal-rejected', 'appeal has been rejected'),
    ('appeal-rejected', 'appeal was rejected'),
    ('appeal-rejected', 'appeal has been denied'),
    ('appeal-rejected', 'unable to reinstate'),
    ('appeal-rejected', 'cannot reinstate'),
    ('appeal-rejected', 'may not sell on'),
    ('appeal-rejected', 'not accepted your appeal'),
    ('appeal-rejected', 'unable to accept your appeal'),
    ('appeal-rejected', 'do not have sufficient information to reactivate'),
    ('appeal-rejected', 'einspruch wurde abgelehnt'),
    ('appeal-rejected', 'recours a été rejeté'),
    ('appeal-rejected', 'ricorso è stato respinto'),
    ('appeal-rejected', 'apelación ha sido rechazada'),
    ('deactivation', 'has been deactivated'),
    ('deactivation', 'have deactivated your'),
    ('deactivation', 'has been suspended'),
    ('deactivation', 'wurde deaktiviert'),
    ('deactivation', 'a été désactivé'),
    ('deactivation', 'è stato disattivato'),
    ('deactivation', 'ha sido desactivada'),
    ('reinstatement', 'has been reinstated'),
    ('reinstatement', 'has been reactivated'),
    ('reinstatement', 'wurde reaktiviert'),
    ('reinstatement', 'a été réactivé'),
    ('reinstatement', 'è stato riattivato'),
    ('reinstatement', 'ha sido reactivada'),
    ('alleges:review-change-request', 'influence their product reviews'),
    ('alleges:review-change-request', 'influence their reviews'),
    ('alleges:review-change-request', 'change or remove'),
    ('alleges:review-change-request', 'remove or change'),
    ('alleges:review-change-request', 'update or remove'),
    ('alleges:refund-for-review-change', 'refund in exchange for'),
    ('alleges:refund-for-review-change', 'reimbursement in exchange'),
    ('alleges:refund-for-review-change', 'refund or reimbursement'),
    ('alleges:compensated-review', 'compensation in exchange for'),
    ('alleges:compensated-review', 'incentivized review'),
    ('alleges:compensated-review', 'incentivised review'),
    ('alleges:positive-review-request', 'positive reviews'),
    ('alleges:off-platform-contact', 'outside of amazon'),
    ('alleges:off-platform-contact', 'outside the platform'),
    ('alleges:off-platform-contact', 'buyer-seller messaging'),
    ('alleges:variation-manipulation', 'variation'),
    ('alleges:review-manipulation', 'customer product reviews'),
    ('alleges:review-manipulation', 'manipulation of customer reviews'),
    ('alleges:review-manipulation', 'review manipulation'),
    ('alleges:review-manipulation', 'manipulation von kundenrezensionen'),
    ('alleges:review-manipulation', 'manipulation des commentaires')
) as listed (says, words)
order by listed.says, listed.words
