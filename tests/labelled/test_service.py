"""Plain service in words that a breach could have: nobody is accused of it.

A refund booked to the customer's account or a label printed from it, beside thanks for a review or
an invitation to an honest one. Some of these were findings once, in five languages.
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
USE = "Send me your password, I will turn your two star review into five from your account."
"""What the same concepts are there to find."""


def test_an_account_as_a_place_is_no_use_of_it(tmp_path: Path) -> None:
    """Service is no finding in any language; a use of the account is one."""
    texts = SERVICE | {"use": USE}
    threads = [
        {"id": name, "messages": [{"direction": "outbound", "body": text}]}
        for name, text in texts.items()
    ]
    assert named_in(audited(threads, tmp_path), "findings") == {"use"}
