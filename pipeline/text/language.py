"""Which languages a text may be in, from its commonest words and letters.

Only a rank: it picks between look-alike short words of several languages and fills the
`language` column; it never keeps a vocabulary from a text (people mix languages).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pipeline.text.normalise import normalise

_COMMON = {
    "en": """the and you your to of for is are we our have with this that it will please on in be
        not can if i would us me was has but from as at or do just hi hello dear thank thanks""",
    "de": """der die das und sie ihre ihr ihnen wir uns unser ist nicht ein eine einen mit fur auf
        von zu den dem bitte haben werden wurden konnen konnten ich du dich dir deine es im wenn
        auch noch oder wie sind hat als bei aus danke hallo""",
    "fr": """le la les de des du et vous votre vos nous notre est pas un une pour sur avec dans que
        qui en au aux ce cette je avez avons sera si ne plus mais ou merci bonjour sont pouvez
        l d c n s qu j""",
    "it": """il lo la gli le di del della e un una per con su che non vi si da al alla sono
        abbiamo ha ho suo sua tua tuo ci se nel nella anche ma piu come grazie buongiorno ciao
        e i questo questa puo puoi""",
    "es": """el la los las de del y un una por para con su sus que no se en al lo le les usted
        nos nuestra nuestro es si mas pero como ya esta este gracias hola hemos ha puede te tu me
        cuando""",
    "nl": """de het een en u uw je jouw wij we ons onze is niet voor met op van te dat die er aan
        als naar bij ook maar of kunt kan heeft hebben zijn wordt worden ik hebt graag bedankt
        beste nog""",
    "pl": """i w z na do nie sie jest ze to za o po od jak ale czy pan pani panstwa prosimy prosze
        nam nas nasz my przez dla jesli bardzo dziekujemy dzien dobry juz tym tego oraz mozna by
        tylko gdy pana""",
    "sv": """och att det som en ett pa ar av for med till den du din ditt dina vi oss var vart inte
        har om kan kommer skulle jag ni er era fran hej tack sa ska men eller nar bara mycket vill
        dig i nu da sa""",
    "pt": """o a os as de do da dos das e um uma para por com seu sua que nao se em no na ao voce
        nos nosso nossa mais mas como ja esta este obrigado obrigada ola temos foi pode voces te
        quando""",
    "tr": """ve bir bu icin ile de da mi mu size siz sizin bizim biz cok ama degil olarak lutfen
        merhaba tesekkurler tesekkur ederiz eger veya gibi daha var yok ne olan sonra kadar
        urun sizi bize""",
}
_WORDS = {lang: frozenset(words.split()) for lang, words in _COMMON.items()}
_HAN = re.compile("[\u4e00-\u9fff]")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_TRADITIONAL = frozenset(
    "們為這個請後來說時會對應該還過讓賣買評價論刪縮圖經開關無與處發給貨錢轉單種從於"
)
_SIMPLIFIED = frozenset(
    "们为这个请后来说时会对应该还过让卖买评价论删缩图经开关无与处发给货钱转单种从于"
)
ONLY_TRADITIONAL = _TRADITIONAL - _SIMPLIFIED
ONLY_SIMPLIFIED = _SIMPLIFIED - _TRADITIONAL
_LATIN_WORD = re.compile(r"[a-z]+")
ENOUGH = 2


def scores(text: str, words: Iterable[str]) -> dict[str, float]:
    """Count the tell-tale words and letters of each language in a normalised text."""
    found: dict[str, float] = {}
    for word in words:
        for lang in languages_of(word):
            found[lang] = found.get(lang, 0) + 1
    if not text.isascii():
        kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
        if kana * 8 >= han and kana:
            found["ja"] = (kana + han) / 2
        elif han:
            traditional = sum(char in ONLY_TRADITIONAL for char in text)
            simplified = sum(char in ONLY_SIMPLIFIED for char in text)
            found["zh-Hant" if traditional > simplified else "zh-Hans"] = han / 2
    return found


@lru_cache(maxsize=50_000)
def languages_of(word: str) -> tuple[str, ...]:
    """Return the languages that have a word among their commonest."""
    return tuple(lang for lang, known in _WORDS.items() if word in known)


def plausible(found: dict[str, float]) -> frozenset[str] | None:
    """Return the languages worth believing; None where the text is too short to tell."""
    if not found:
        return None
    best = max(found.values())
    if best < ENOUGH:
        return None
    return frozenset(lang for lang, score in found.items() if score * 2 > best)


def main_language(found: dict[str, float]) -> str:
    """Return the likeliest language, or an empty text where nothing tells."""
    if not found:
        return ""
    return min(found, key=lambda lang: (-found[lang], lang))


def identify(text: str) -> str:
    """Return the likeliest language of a verbatim text, or an empty text."""
    return identify_folded(normalise(text).text)


def identify_folded(folded: str) -> str:
    """Return the likeliest language of a normalised text, or an empty text."""
    return main_language(scores(folded, _LATIN_WORD.findall(folded)))
