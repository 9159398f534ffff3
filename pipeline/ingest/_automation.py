"""Messages that no agent wrote: a help desk's rule, workflow or bot did, often in an agent's name.

What a rule says is the seller's, but no member of staff said it: it is laid at the automation's
door. A macro is a text that an agent chose to send, so it stays the agent's. Names: the public API
references of the help desks (Zendesk `via`, Gorgias `via` and `rule_id`, Freshdesk `automation_id`
and `auto_response`, Intercom's bots and `delivered_as`, Help Scout's workflows, Front's rules).
"""

from pipeline.ingest._json_entries import Json, object_at, text_at
from pipeline.ingest._people import person

_KINDS = frozenset(
    [
        *("rule", "trigger", "automation", "automated", "workflow", "automatic-workflow", "flow"),
        *("bot", "system", "campaigns_initiated", "operator_initiated"),
    ]
)
_MARKS = (
    *("automation_id", "rule_id", "workflow_id", "auto_response", "auto_reply", "is_auto_reply"),
    *("automated", "is_automated", "autoresponse"),
)
_AUTHORS = ("author", "sender", "createdBy", "user")
_FLAGS = ("bot", "bot?", "is_bot")
_RULE_OF_FRONT = "rul_"


def automation(value: Json) -> str:
    """Return what to call the automation that wrote a message, nothing where a person did."""
    via = object_at(value, "via")
    origin = object_at(via, "source")
    kinds = (
        *(text_at(value, "via"), text_at(via, "channel"), text_at(origin, "rel")),
        *(text_at(value, "source", "type"), text_at(value, "delivered_as")),
    )
    title = text_at(origin, "from", "title")
    if any(kind.lower() in _KINDS for kind in kinds) or any(value.get(mark) for mark in _MARKS):
        return f"automation: {title}" if title else "automation"
    for key in _AUTHORS:
        author = object_at(value, key)
        if _is_machine(author):
            name = person(author).shown
            return f"automation: {name}" if name else "automation"
    return ""


def _is_machine(author: Json) -> bool:
    return (
        text_at(author, "type").lower() in _KINDS
        or text_at(author, "role").lower() in _KINDS
        or any(author.get(flag) is True for flag in _FLAGS)
        or text_at(author, "id").startswith(_RULE_OF_FRONT)
    )
