"""Telling the language of short messages."""

import pytest

from pipeline.text.language import identify


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Thank you for your order, the parcel is on its way to you."),
        ("de", "Vielen Dank, das Paket ist auf dem Weg zu Ihnen."),
        ("fr", "Merci, votre colis est en route et vous pouvez le suivre."),
        ("it", "Grazie, il pacco è in viaggio e la spedizione è gratuita per lei."),
        ("es", "Gracias, el paquete está en camino y no hay que hacer nada más."),
        ("nl", "Bedankt, het pakket is onderweg en u kunt het volgen."),
        ("pl", "Dziękujemy, paczka jest w drodze i nie trzeba nic robić."),
        ("sv", "Tack, paketet är på väg och du behöver inte göra något."),
        ("pt", "Obrigado, a encomenda está a caminho e não precisa de fazer nada."),
        ("tr", "Teşekkürler, paketiniz yolda ve bir şey yapmanız gerekmiyor."),
        ("zh-Hans", "您的包裹已经发出，请留意查收。"),
        ("zh-Hant", "您的包裹已經寄出，請留意查收。"),
        ("ja", "お荷物は発送いたしました。"),
    ],
)
def test_tells_the_language(language: str, text: str) -> None:
    """An ordinary sentence is told apart from the other twelve languages."""
    assert language == identify(text)


@pytest.mark.parametrize("text", ["1234", ""])
def test_says_nothing_where_nothing_tells(text: str) -> None:
    """A number or an empty text has no language."""
    assert not identify(text)
