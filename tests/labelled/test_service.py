"""Plain service in words that a breach could have: nobody is accused of it.

A refund booked to the customer's account or a label printed from it, beside thanks for a review or
an invitation to an honest one; a refund that has come to a bank account. Some of these were
findings once, in most languages.
"""

from pathlib import Path

from labelled_threads import audited, named_in

SERVICE = {
    "en": "You can print the label from your account. Thanks for your review.",
    "de": "Die Rechnung finden Sie in Ihrem Konto. Wir freuen uns über jede ehrliche Rezension.",
    "fr": "Vous pouvez imprimer l'étiquette depuis votre compte. Merci pour votre avis.",
    "it": "Trova la fattura nel suo account. Se vuole, può lasciare una recensione.",
    "es": "Hemos abonado 20 € en su cuenta. Gracias por su reseña.",
    "nl": "U vindt het retourlabel in je account. Bedankt voor je review.",
    "pl": "Zwrot przelaliśmy dziś na pani konto. Jeśli znajdzie pani chwilę, prosimy o opinię.",
    "sv": "Pengarna sätts in på ditt konto. Tack för din recension!",
    "pt": "O reembolso já saiu e pode ver o saldo da sua conta. Obrigado pela avaliação.",
    "tr": "İade tutarı hesabınıza geçti. Ürün hakkında yorum yazabilirsiniz.",
    "zh": "退款已退回您的账户，请查收。欢迎您写下真实的评价。",
    "zh-hant": "款項已退到您的帳戶，三天內入帳。歡迎留下真實的評價。",
    "ja": "お客様のアカウントから返品ラベルを印刷できます。レビューもお待ちしております。",
}
REFUNDS = {
    "en": "Your refund of £38 for the returned hose reached your bank account this morning.",
    "de": "Die Erstattung von 38 € ist heute auf Ihrem Bankkonto eingegangen.",
    "fr": "La somme arrivera sur votre compte bancaire sous trois jours.",
    "it": "Il rimborso di 38 € è arrivato stamattina sul suo conto bancario.",
    "es": "El reembolso de 38 € ya está en su cuenta bancaria.",
    "nl": "De terugbetaling van € 38 staat sinds vanmorgen op uw bankrekening.",
    "pl": "Zwrot 38 zł wpłynął dziś na Pana konto bankowe.",
    "sv": "Återbetalningen på 380 kr kom in på ditt bankkonto i morse.",
    "pt": "O reembolso de R$ 38 caiu hoje na sua conta bancária.",
    "tr": "İade ettiğiniz hortumun tutarı bu sabah banka hesabınıza geçti.",
    "zh": "退款今天早上已经到您的银行卡了。",
    "zh-hant": "款項今天早上已經匯入您的銀行帳戶。",
    "ja": "ご返品の代金を、昨日ご指定の口座へお振込みいたしました。",
}
ASKED = "Send us your bank account number, we refund you outside Amazon."
USE = "Send me your password, I will turn your two star review into five from your account."
"""What the same concepts are there to find, as `ASKED`."""


def found(texts: dict[str, str], folder: Path) -> set[str]:
    """Return which of these messages to buyers are findings."""
    threads = [
        {"id": name, "messages": [{"direction": "outbound", "body": text}]}
        for name, text in texts.items()
    ]
    return named_in(audited(threads, folder), "findings")


def test_an_account_as_a_place_is_no_use_of_it(tmp_path: Path) -> None:
    """Service is no finding in any language; a use of the account is one."""
    assert found(SERVICE | {"use": USE}, tmp_path) == {"use"}


def test_a_refund_on_a_bank_account_is_no_payment_outside(tmp_path: Path) -> None:
    """Where the platform's refund lands is no finding; bank details asked for are one."""
    assert found(REFUNDS | {"asked": ASKED}, tmp_path) == {"asked"}
