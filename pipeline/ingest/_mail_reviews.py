"""Mails in which a robot tells of a review: review trackers and the platform send such.

Their words differ and change, so little is asked of them: one review's link, a rating, an
automatic sender. What is not all three stays a message, for a person's mail about a review is
evidence of another kind.
"""

import re
from dataclasses import dataclass

from pipeline.ingest.values import rating_of

_LINK = re.compile(
    r"https?://(?:www\.)?(amazon\.[a-z]{2,3}(?:\.[a-z]{2})?)/[^\s\"'<>]{0,200}?"
    r"(?:customer-reviews|review)/(R[A-Z0-9]{9,14})\b"
)
_ASIN = re.compile(r"\bB0[A-Z0-9]{8}\b")
_ROBOT = re.compile(
    r"(?:do-?not-?reply|no-?reply|alerts?|notif(?:y|ications?)|monitor|mailer)"
    r"[a-z0-9.+_-]{0,40}@"
)
_RATED = re.compile(
    r"(?<![\d.,])([0-5](?:[.,]\d)?)\s?(?:/\s?5|out of 5|von 5|sur 5|su 5|de 5|van 5|z 5|av 5)"
    r"|(?<![\d.,])([1-5])[- ]?(?:stars?|sterne?n?|étoiles?|stelle|stella|estrellas?|estrelas?"
    r"|sterren|gwiazdk\w{1,2}|stjärn\w{0,2}|yıldız|星)"
    r"|([★⭐]{1,5}☆{0,4})"
    r"|(?:rating|bewertung|note|valutazione|calificación|评分|評価)\s?[:：]\s?([1-5])(?!\d)",
    re.IGNORECASE,
)
_REMOVED = re.compile(
    r"\b(?:removed|deleted|gone|no longer)\b|gelöscht|entfernt|supprimé|rimoss|eliminad|verwijderd"
    r"|usunięt|borttag|removid|silindi|已删除|已刪除|削除",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"\b(?:updated|changed|edited|modified)\b|geändert|bearbeitet|modifi|aggiornat|actualizad"
    r"|gewijzigd|zmienion|ändrad|atualizad|güncellendi|已更新|已修改|更新|変更",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ToldReview:
    """What a mail tells of one review."""

    review_id: str
    event_type: str
    rating: float
    asin: str
    site: str


def is_robot(address: str, headers: frozenset[str]) -> bool:
    """Tell whether a mail was sent by a machine: by its own word, or by its address."""
    return bool({"list-unsubscribe", "auto-submitted"} & headers or _ROBOT.match(address))


def told_review(subject: str, text: str) -> ToldReview | None:
    """Return the one review that a mail tells of; None where it is none, or several.

    A change names the rating before and after ("from 1 star to 4 stars"): the last one counts.
    """
    links = {(found[2], found[1]) for found in _LINK.finditer(text)}
    if len({review for review, _ in links}) != 1:
        return None
    review_id, site = min(links)
    removed, updated = _REMOVED.search(subject), _UPDATED.search(subject)
    kind = "removed" if removed else "updated" if updated else "created"
    for place in (subject, text):
        ratings = [_rating(found) for found in _RATED.finditer(place)]
        told = [one for one in ratings if one is not None]
        if told and (kind == "updated" or len(set(told)) == 1):
            asins = set(_ASIN.findall(f"{subject}\n{text}"))
            return ToldReview(
                review_id, kind, told[-1], asins.pop() if len(asins) == 1 else "", site
            )
    return None


def _rating(found: re.Match[str]) -> float | None:
    return rating_of(next(group for group in found.groups() if group))
