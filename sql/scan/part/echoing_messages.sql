-- echoing_messages: the messages whose sentences have to be looked at again for flagged wordings.
-- why: a message says what it said before, unless it is judged again or its findings are other ones.
-- reads: affected_messages, wording_uses, before_wording_uses
-- emits: message_id  one row: one message
with other_uses as (
    (
        select
            wording_uses.message_id,
            wording_uses.wording
        from wording_uses
        except
        select
            before_wording_uses.message_id,
            before_wording_uses.wording
        from before_wording_uses
    )
    union all
    (
        select
            before_wording_uses.message_id,
            before_wording_uses.wording
        from before_wording_uses
        except
        select
            wording_uses.message_id,
            wording_uses.wording
        from wording_uses
    )
)

select affected_messages.message_id
from affected_messages
union
select other_uses.message_id
from other_uses
