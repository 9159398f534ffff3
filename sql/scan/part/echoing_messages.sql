-- echoing_messages: the messages whose sentences have to be looked at again for flagged wordings.
-- why: a message says what it said before, unless it is another one or its findings are other ones, or
--   it has a signal of a kind that findings rest on only since then, or no more.
-- reads: touched_messages, wording_uses, before_wording_uses, wording_kinds, before_wording_kinds, signals
-- emits: message_id  one row: one message
with other_kinds as (
    (
        select wording_kinds.signal
        from wording_kinds
        except
        select before_wording_kinds.signal
        from before_wording_kinds
    )
    union all
    (
        select before_wording_kinds.signal
        from before_wording_kinds
        except
        select wording_kinds.signal
        from wording_kinds
    )
),

other_uses as (
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

select touched_messages.message_id
from touched_messages
union
select other_uses.message_id
from other_uses
union
select signals.message_id
from signals
inner join other_kinds
    on signals.signal = other_kinds.signal
