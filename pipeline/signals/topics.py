"""What a conversation is about, as far as it changes what the next message in it means.

"Could you change it?" asks for another review after a message that speaks of one, and for another
address after a message that speaks of a parcel. Which concepts tell the one from the other was
measured on conversations that differ in nothing else: of those that mean a review four of five name
one by these, of those that mean another thing one of twelve does. Where a film, a school or a cake
is spoken of, even "five stars" and "your review" may be theirs.
"""

from collections.abc import Collection, Mapping

ANOTHER, REVIEW, RATING, CONTACT, OTHER = "another", "review", "rating", "contact", "other"
TOPICS: Mapping[str, frozenset[str]] = {
    ANOTHER: frozenset({"another_kind"}),
    REVIEW: frozenset({"review_noun", "five_stars", "seller_feedback", "low_score"}),
    RATING: frozenset({"rating_noun", "stars", "rate_act", "vote_act", "club"}),
    CONTACT: frozenset({"chat_app", "off_platform", "outside_pay"}),
}
"""The concepts that name each topic, the one that decides first."""
BEHIND = (*TOPICS, OTHER)
"""What the messages before one may have been about."""


def topic_of(concepts: Collection[str]) -> str | None:
    """Return the plainest topic that a text's concepts name, if they name one."""
    return next((topic for topic, named in TOPICS.items() if not named.isdisjoint(concepts)), None)


def plainest(topics: Collection[str | None]) -> str:
    """Return what messages were about, by the topic of each."""
    return next((topic for topic in TOPICS if topic in topics), OTHER)
