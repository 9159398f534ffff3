"""The second reader is believed by where a message stands: an answer, staff, a message alone."""

import pytest
from plant import PARAMS, judge, message, planted, signal

from pipeline.config import SECOND_READER

BUYER = message("m1", "2025-02-03 10:00", "inbound")
COLLEAGUE = message("m3", "2025-02-03 12:00", "internal")


@pytest.mark.parametrize(
    ("beside", "direction", "bound"),
    [
        ([BUYER], "outbound", "second_reader_sure_answer"),
        ([], "outbound", "second_reader_sure_alone"),
        ([BUYER], "internal", "second_reader_sure_internal"),
        ([], "internal", "second_reader_sure_internal"),
        ([COLLEAGUE], "internal", "second_reader_sure_opening"),
    ],
)
def test_each_place_has_its_bound(beside: list[dict], direction: str, bound: str) -> None:
    """From its bound on an opinion is a finding by itself; just below it is none."""
    messages = [*beside, message("m2", "2025-02-03 11:00", direction)]
    found = []
    for score in (SECOND_READER[bound], SECOND_READER[bound] - 0.01):
        rule = "second_reader.review-change-request"
        said = signal("m2", "second_reader", rule_id=rule, score=score)
        named = signal("m2", "surroundings", rule_id="surroundings.topic-review")
        judged = judge(planted(messages, [said, named]), {**PARAMS, **SECOND_READER})
        found.append(judged.table("findings")["policy_id"].to_list())

    assert found == [["review-change-request"], []]
