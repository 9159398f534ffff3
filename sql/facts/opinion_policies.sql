-- opinion_policies: the policies each message reads like to the second reader, or may read like.
-- why: a policy it names can stand without a rule, one it only holds possible needs a rule's word.
-- reads: said
-- emits: message_id, case_id, policy_id, rule_id, named, score, object, matched_in, match_start,
--   match_end, obfuscated  one row: one message and policy
with ranked as (
    select
        said.message_id,
        said.case_id,
        split_part(said.rule_id, '.', 2) as policy_id,
        said.rule_id,
        said.strength = 'sure' as named,
        said.score,
        said.object,
        said.matched_in,
        said.match_start,
        said.match_end,
        said.obfuscated,
        row_number() over (
            partition by said.message_id, said.rule_id
            order by said.strength, said.score desc, said.matched_in, said.match_start
        ) as choice
    from said
    where
        said.signal = 'second_reader'
        and said.rule_id <> 'second_reader.doubt'
        and said.seller_side
)

select
    ranked.message_id,
    ranked.case_id,
    ranked.policy_id,
    ranked.rule_id,
    ranked.named,
    ranked.score,
    ranked.object,
    ranked.matched_in,
    ranked.match_start,
    ranked.match_end,
    ranked.obfuscated
from ranked
where ranked.choice = 1
order by ranked.message_id, ranked.policy_id
