"""Who may write to buyers is checked against who did."""

from datetime import date

import polars as pl
from plant import judge, message, planted

SENDERS = {"name": pl.String, "valid_from": pl.Date, "valid_until": pl.Date}
MESSAGES = [
    message("m1", "2025-03-01 10:00", sender="Marta", operator=None),
    message("m2", "2025-03-31 22:59", sender="shop", operator=" tom "),
    message("m3", "2025-03-31 23:30", sender="shop", operator="Tom"),
    message("m4", "2025-03-02 10:00", sender="Wei", operator="Wei"),
    message("m5", "2025-03-02 11:00", "inbound", sender="somebody"),
]


def unauthorised(*senders: tuple[str, date | None, date | None]) -> dict[str, str]:
    """Return the notes on the messages above, by message."""
    with planted(MESSAGES) as store:
        store.put("authorised_senders", pl.DataFrame(senders, schema=SENDERS, orient="row"))
        judge(store)
        return dict(store.table("unauthorised_senders").select("message_id", "note").rows())


def test_others_and_other_days_are_listed() -> None:
    """Outbound messages by nobody on the list, or after the last day in the shop's zone."""
    listed = unauthorised(("marta", None, None), ("Tom", date(2025, 1, 1), date(2025, 3, 31)))

    assert listed == {
        "m3": "authorised, but not on that day",
        "m4": "not an authorised sender",
    }


def test_nobody_is_listed_where_nobody_is_named() -> None:
    """Without a list there is nothing to hold anybody to."""
    assert unauthorised() == {}
