-- platform_profiles: which platforms let a seller ask, unpaid, for a rating to be revised.
-- why: eBay (feedback revision requests), Allegro and Tradera support it formally; everybody else
--   is held to Amazon's rules. Paid or conditional asks are forbidden everywhere.
-- reads: -
-- emits: platform, unpaid_ask_allowed  one row: one platform
select
    profiles.platform,
    profiles.unpaid_ask_allowed
from (
    values
    ('ebay', true),
    ('allegro', true),
    ('tradera', true)
) as profiles (platform, unpaid_ask_allowed)
order by profiles.platform
