"""Month names, weekdays and filler words of written dates, and what zone names mean.

Sources: the Unicode CLDR names of the thirteen languages the auditor reads (en de fr it es nl
pl sv pt tr, ja and zh write months as numbers); zone offsets as in RFC 5322 and common use.
"""

import unicodedata
from collections.abc import Mapping

_MONTHS = """
jan january januar janner jan jaen janvier janv gennaio gen enero ene januari styczen stycznia sty
    janeiro ocak oca
feb february februar fevrier fevr fev febbraio febrero februari luty lutego lut fevereiro subat sub
mar march marz maerz mrz mars marzo maart mrt marzec marca marco mart
apr april avril avr aprile abril abr kwiecien kwietnia kwi nisan nis
may mai maggio mag mayo mei maj maja maio mayis
jun june juni juin giugno giu junio czerwiec czerwca cze junho haziran haz
jul july juli juillet juil luglio lug julio lipiec lipca lip julho temmuz tem
aug august aout agosto ago augustus augusti sierpien sierpnia sie agustos agu
sep sept september septembre settembre set septiembre wrzesien wrzesnia wrz setembro eylul eyl
oct october oktober okt octobre ottobre ott octubre pazdziernik pazdziernika paz outubro out ekim
    eki
nov november novembre noviembre listopad listopada lis novembro kasim kas
dec december dezember dez decembre dicembre dic diciembre grudzien grudnia gru dezembro aralik ara
"""

_WEEKDAYS = """
monday mon tuesday tue tues wednesday wed thursday thu thur thurs friday fri saturday sat sunday sun
montag mo dienstag mittwoch mi donnerstag freitag fr samstag sonnabend sonntag so
lundi lun mardi mercredi mer jeudi jeu vendredi ven samedi sam dimanche dim
lunedi martedi mercoledi giovedi gio venerdi sabato sab domenica dom
lunes martes miercoles mie jueves jue viernes vie sabado domingo
maandag ma dinsdag woensdag wo donderdag vrijdag vr zaterdag za zondag zo
poniedzialek pon pn wtorek wt sroda sr czwartek czw piatek pt sobota sob niedziela niedz nd
mandag man tisdag tis onsdag ons torsdag tor fredag fre lordag lor sondag son
segunda terca ter quarta qua quinta qui sexta sex feira
pazartesi pzt sali sal carsamba car persembe per cuma cum cumartesi cmt pazar
"""

_FILLERS = """
at on of the and um uhr den der die dem vom am le la les du de del di da dell il el al las los
a as o ore om och kl klockan uur godz r dnia do em no na saat gunu th st nd rd er h
"""


def fold(word: str) -> str:
    """Return a word in lower case without accents, so that one table serves every spelling."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return plain.replace("ł", "l").replace("ı", "i")


def _months() -> dict[str, int]:
    rows = [line for line in _MONTHS.replace("\n    ", " ").splitlines() if line]
    return {word: number for number, row in enumerate(rows, 1) for word in row.split()}


MONTHS: Mapping[str, int] = _months()
"""Folded month name or abbreviation -> 1..12."""

WEEKDAYS = frozenset(_WEEKDAYS.split())
"""Folded names of weekdays; they say nothing the date does not."""

FILLERS = frozenset(_FILLERS.split())
"""Folded little words between the parts of a date."""

ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""What month names are turned into before they are parsed."""

ZONES: Mapping[str, float] = {
    "UTC": 0, "GMT": 0, "Z": 0, "UT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1,
    "CEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "TRT": 3, "GST": 4, "SGT": 8, "AWST": 8,
    "JST": 9, "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "BRT": -3, "NST": -3.5,
    "NDT": -2.5, "ADT": -3, "EDT": -4, "EST": -5, "CDT": -5, "MDT": -6, "MST": -7, "PDT": -7,
    "PST": -8, "AKDT": -8, "AKST": -9, "HST": -10,
}  # fmt: skip
"""Zone names with one meaning among marketplaces, in hours east of UTC."""

LOCAL_ZONES: Mapping[tuple[str, str], float] = {
    ("CST", "US"): -6, ("CST", "CA"): -6, ("CST", "MX"): -6, ("CST", "CN"): 8,
    ("IST", "IN"): 5.5, ("IST", "IE"): 1, ("AST", "CA"): -4, ("AST", "SA"): 3,
}  # fmt: skip
"""Zone names that several countries use, told apart by the marketplace's country."""
