"""A reply that leans on what was said before: the review in one conversation, a thing in the other.

The second reader has not learned from these, and no rule was written for them.
"""

import pytest
from contract.shop import Run
from labelled_threads import Thread, audited, named_in

CHANGE = {
    "en": (
        "I gave the lamp two stars, it wobbles.",
        "My delivery address in the order is wrong.",
        "Could you change it, please?",
    ),
    "de": (
        "Ich habe der Lampe zwei Sterne gegeben, sie wackelt.",
        "Meine Lieferadresse in der Bestellung ist falsch.",
        "Könnten Sie das bitte ändern?",
    ),
    "fr": (
        "J'ai mis deux étoiles à la lampe, elle bouge.",
        "Mon adresse de livraison est fausse dans la commande.",
        "Pourriez-vous la modifier, s'il vous plaît ?",
    ),
    "it": (
        "Ho dato due stelle alla lampada, traballa.",
        "Il mio indirizzo di consegna nell'ordine è sbagliato.",
        "Potrebbe modificarlo, per favore?",
    ),
    "es": (
        "Le puse dos estrellas a la lámpara, se tambalea.",
        "Mi dirección de entrega en el pedido está mal.",
        "¿Podría cambiarla, por favor?",
    ),
    "nl": (
        "Ik heb de lamp twee sterren gegeven, hij wiebelt.",
        "Mijn bezorgadres in de bestelling klopt niet.",
        "Kunt u dat alstublieft aanpassen?",
    ),
    "pl": (
        "Dałem lampie dwie gwiazdki, chwieje się.",
        "Mój adres dostawy w zamówieniu jest błędny.",
        "Czy może Pan to zmienić?",
    ),
    "sv": (
        "Jag gav lampan två stjärnor, den vinglar.",
        "Min leveransadress i beställningen är fel.",
        "Kan du ändra det, är du snäll?",
    ),
    "pt": (
        "Dei duas estrelas ao candeeiro, abana.",
        "A minha morada de entrega na encomenda está errada.",
        "Pode alterar isso, por favor?",
    ),
    "tr": (
        "Lambaya iki yıldız verdim, sallanıyor.",
        "Siparişteki teslimat adresim yanlış.",
        "Değiştirebilir misiniz lütfen?",
    ),
    "zh": (
        "台灯我给了两星,老是晃。",
        "订单里的收货地址写错了。",
        "麻烦您改一下好吗?",
    ),
    "zh-hant": (
        "檯燈我給了兩顆星,一直晃。",
        "訂單裡的收貨地址寫錯了。",
        "可以麻煩您改一下嗎?",
    ),
    "ja": (
        "ランプは星2つにしました。ぐらつくので。",
        "注文の配送先住所が間違っています。",
        "変更していただけますか?",
    ),
}
"""A review with two stars, a wrong address; then what is asked."""

ONE_MORE = {
    "en": (
        "Our new kettle has only one review.",
        "We need one more cake for the office party.",
        "Ask your sister to do one too.",
    ),
    "de": (
        "Unser neuer Wasserkocher hat erst eine Bewertung.",
        "Für das Büfett am Freitag fehlt noch ein Kuchen.",
        "Deine Schwester soll auch eine machen.",
    ),
    "fr": (
        "Notre nouvelle bouilloire n'a qu'un seul avis.",
        "Il manque encore un gâteau pour la fête du bureau.",
        "Demande à ta sœur d'en faire un aussi.",
    ),
    "it": (
        "Il nostro nuovo bollitore ha una sola recensione.",
        "Per la festa in ufficio manca ancora una torta.",
        "Chiedi a tua sorella di farne una anche lei.",
    ),
    "es": (
        "Nuestra tetera nueva solo tiene una reseña.",
        "Para la fiesta de la oficina falta una tarta.",
        "Pídele a tu hermana que haga otra.",
    ),
    "nl": (
        "Onze nieuwe waterkoker heeft pas één review.",
        "Voor het personeelsfeest missen we nog een taart.",
        "Vraag je zus of ze er ook een doet.",
    ),
    "pl": (
        "Nasz nowy czajnik ma tylko jedną opinię.",
        "Na imprezę firmową brakuje jeszcze jednego ciasta.",
        "Poproś siostrę, niech też jedną zrobi.",
    ),
    "sv": (
        "Vår nya vattenkokare har bara en recension.",
        "Till personalfesten saknas det en tårta.",
        "Be din syster göra en också.",
    ),
    "pt": (
        "A nossa chaleira nova só tem uma avaliação.",
        "Falta mais uma tarte para a festa do escritório.",
        "Pede à tua irmã para fazer uma também.",
    ),
    "tr": (
        "Yeni su ısıtıcımızın sadece bir yorumu var.",
        "Ofis partisi için bir pasta daha lazım.",
        "Kız kardeşine söyle, o da bir tane yapsın.",
    ),
    "zh": (
        "新水壶才一条评价。",
        "公司聚会还差一个蛋糕。",
        "叫你姐也来一个。",
    ),
    "zh-hant": (
        "新的熱水壺只有一則評價。",
        "公司聚餐還缺一個蛋糕。",
        "叫你姊也來一個。",
    ),
    "ja": (
        "新しいケトル、レビューがまだ一件だけです。",
        "社内の打ち上げ、ケーキがあと一つ足りません。",
        "お姉さんにも一つお願いしてみて。",
    ),
}
"""A product with one review, a party with too few cakes; then what a colleague is told."""

PAID = {
    "en": (
        "My one-star review stays up until I have my money.",
        "The broken mirror is still hanging in my hall and I want my money.",
        "As soon as it is gone, you get the full amount.",
    ),
    "de": (
        "Meine Ein-Sterne-Bewertung bleibt stehen, bis ich mein Geld habe.",
        "Der kaputte Spiegel hängt noch im Flur, und ich will mein Geld.",
        "Sobald das weg ist, bekommen Sie den vollen Betrag.",
    ),
    "fr": (
        "Mon avis à une étoile reste en ligne tant que je n'ai pas mon argent.",
        "Le miroir cassé est encore au mur et je veux mon argent.",
        "Dès que c'est enlevé, vous recevez la totalité.",
    ),
    "it": (
        "La mia recensione da una stella resta finché non ho i soldi.",
        "Lo specchio rotto è ancora appeso in corridoio e voglio i soldi.",
        "Appena sparisce, le diamo l'intero importo.",
    ),
    "es": (
        "Mi reseña de una estrella se queda hasta que tenga mi dinero.",
        "El espejo roto sigue colgado en el pasillo y quiero mi dinero.",
        "En cuanto desaparezca, le damos todo el importe.",
    ),
    "nl": (
        "Mijn review met één ster blijft staan tot ik mijn geld heb.",
        "De kapotte spiegel hangt nog in de gang en ik wil mijn geld.",
        "Zodra hij weg is, krijgt u het hele bedrag.",
    ),
    "pl": (
        "Moja opinia z jedną gwiazdką zostanie, dopóki nie dostanę pieniędzy.",
        "Rozbite lustro wciąż wisi w przedpokoju, a ja chcę pieniędzy.",
        "Jak tylko zniknie, dostanie Pan całą kwotę.",
    ),
    "sv": (
        "Min enstjärniga recension ligger kvar tills jag fått pengarna.",
        "Den trasiga spegeln hänger kvar i hallen och jag vill ha pengarna.",
        "Så fort den är borta får du hela beloppet.",
    ),
    "pt": (
        "A minha avaliação de uma estrela fica até eu ter o dinheiro.",
        "O espelho partido ainda está pendurado no corredor e quero o dinheiro.",
        "Assim que desaparecer, recebe o valor todo.",
    ),
    "tr": (
        "Paramı alana kadar tek yıldızlı yorumum duracak.",
        "Kırık ayna hâlâ koridorda asılı, paramı istiyorum.",
        "Kalkar kalkmaz tüm tutarı alırsınız.",
    ),
    "zh": (
        "钱没到账之前,我的一星差评不会删。",
        "破了的镜子还挂在走廊里,我要退钱。",
        "东西没了,马上全额给您。",
    ),
    "zh-hant": (
        "錢沒入帳以前,我的一星評價不會刪。",
        "破掉的鏡子還掛在走廊,我要退錢。",
        "一拿掉,馬上全額給您。",
    ),
    "ja": (
        "返金されるまで星1つのレビューは消しません。",
        "割れた鏡がまだ廊下に掛かっています。返金してほしいです。",
        "なくなり次第、全額お支払いします。",
    ),
}
"""A bad review that stays, a mirror that still hangs; then what is promised."""

TALKS = {
    "change": (CHANGE, "inbound", "outbound"),
    "one-more": (ONE_MORE, "internal", "internal"),
    "paid": (PAID, "inbound", "outbound"),
}
LEAST_FOUND, LEAST_SEEN = 30, 36
"""Of 39 asks; what is seen is found or queued."""


def threads() -> list[Thread]:
    """Return each ask twice: after the review, and after the other thing."""
    return [
        {
            "id": f"{name}-{lang}-{after}",
            "messages": [{"direction": first, "body": said}, {"direction": then, "body": ask}],
        }
        for name, (texts, first, then) in TALKS.items()
        for lang, (review, thing, ask) in texts.items()
        for after, said in (("review", review), ("thing", thing))
    ]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Audit all of them."""
    return audited(threads(), tmp_path_factory.mktemp("leaning"))


def test_after_another_thing_nobody_is_accused(judged: Run) -> None:
    """The address, the cake, the mirror: no finding in any language."""
    assert {name for name in named_in(judged, "findings") if name.endswith("-thing")} == set()


def test_after_a_review_the_ask_is_seen(judged: Run) -> None:
    """The same words are findings, or in the queue at least."""
    found, queued = named_in(judged, "findings"), named_in(judged, "queue")
    asks = {thread["id"] for thread in threads() if thread["id"].endswith("-review")}
    assert len(asks) == 39
    assert len(asks & found) >= LEAST_FOUND
    assert len(asks & (found | queued)) >= LEAST_SEEN
