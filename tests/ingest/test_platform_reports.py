"""The platform's reports: returns, replacements, settlements, payments, account health."""

import json
from pathlib import Path

import pytest
from ingest.loaded import Row, load_text

from pipeline.config import Config

ORDER = "202-1234567-7654321"
UK = Config(marketplaces=("UK",), timezone="Europe/London")


def tabbed(*rows: str) -> str:
    """Return a report as the platform writes it: tabs, CRLF, no quotes."""
    return "".join("\t".join(row.split("|")) + "\r\n" for row in rows)


FBA_HEADER = (
    "return-date|order-id|sku|asin|fnsku|product-name|quantity|fulfillment-center-id"
    "|detailed-disposition|reason|status|license-plate-number|customer-comments"
)


def test_fba_returns(tmp_path: Path) -> None:
    """A comment is a buyer's message; a lone quote breaks nothing; rows without one are counted."""
    date = "2025-02-17T10:00:00+00:00"
    text = tabbed(
        FBA_HEADER,
        f'{date}|{ORDER}|L1|B0TESTLAMP|X1|Lamp "blue|1|LTN4|DEFECTIVE|QUALITY|Unit|LPN1|"Awful',
        *[f"{date}|{ORDER}|L1|B0TESTLAMP|X1|Lamp|1|LTN4|SELLABLE|UNWANTED|Unit|LPN2|"] * 300,
        f'{date}|{ORDER}|L1|B0TESTLAMP|X1|"Lamp|1|LTN4|DEFECTIVE|QUALITY|Unit|LPN3|Bad too',
    )

    found = load_text(tmp_path, "123.txt", text)

    assert {"fba-returns"} == found.readers
    assert [
        {
            "source_locator": "line 2",
            "message_id": "fba-return:LPN1",
            "sent_at": "2025-02-17T10:00:00Z",
            "direction": "inbound",
            "channel": "return-comment",
            "order_id": ORDER,
            "asin": "B0TESTLAMP",
            "subject": "Return: QUALITY",
            "body": '"Awful',
            "origin": "return-comment",
        }
    ] == found.messages[:1]
    assert ["Bad too"] == [row["body"] for row in found.messages[1:]]
    assert "300 rows without a comment" in found.notes


def test_fba_returns_from_the_page(tmp_path: Path) -> None:
    """The same report downloaded as CSV has quotes."""
    header = ",".join(f'"{name}"' for name in FBA_HEADER.split("|"))
    row = f'"2025-02-17T10:00:00+00:00","{ORDER}","L","B0TESTLAMP","X","Lamp, blue","1","A","B"'

    found = load_text(tmp_path, "r.csv", f'{header}\n{row},"C","D","LPN1","No, ""thanks"""\n')

    assert ['No, "thanks"'] == [one["body"] for one in found.messages]


def test_fbm_returns(tmp_path: Path) -> None:
    """A refunded amount is a refund; a lone blank and a zero are none."""
    header = "Order ID|Return request date|Amazon RMA ID|Currency code|Return Reason|Resolution"
    header += "|Return delivery date|Refunded Amount"
    text = tabbed(
        header,
        f"{ORDER}|14-Feb-2025|D1|GBP|DEFECTIVE|StandardRefund|17-Feb-2025|12.50",
        f"{ORDER}|14-Feb-2025|D2|GBP|DEFECTIVE|StandardRefund| |3,00",
        f"{ORDER}|14-Feb-2025|D3|GBP|UNWANTED| | | ",
        f"{ORDER}|14-Feb-2025|D4|GBP|UNWANTED| | |0.00",
    )

    found = load_text(tmp_path, "r.txt", text, UK)

    shared = {"order_id": ORDER, "currency": "GBP", "reason": "DEFECTIVE: StandardRefund"}
    assert [
        {"source_locator": "line 2", "refund_id": "return:D1", "amount": "12.5000",
         "refunded_at": "2025-02-17T00:00:00Z", **shared},
        {"source_locator": "line 3", "refund_id": "return:D2", "amount": "3.0000",
         "refunded_at": "2025-02-14T00:00:00Z", **shared},
    ] == amounts(found.rows("raw_refunds"))  # fmt: skip
    assert "2 rows without a refunded amount" in found.notes


def amounts(rows: list[Row]) -> list[Row]:
    return [row | ({"amount": str(row["amount"])} if "amount" in row else {}) for row in rows]


def test_replacements(tmp_path: Path) -> None:
    """A replacement is told apart from money by its reason, and has no amount."""
    text = tabbed(
        "shipment-date|sku|asin|fulfillment-center-id|original-fulfillment-center-id|quantity"
        "|replacement-reason-code|replacement-amazon-order-id|original-amazon-order-id",
        f"2025-02-17T10:00:00+00:00|L1|B0TESTLAMP|A|B|1|3|202-1111111-7654321|{ORDER}",
    )

    found = load_text(tmp_path, "r.txt", text)

    assert [
        {
            "source_locator": "line 2",
            "refund_id": "replacement:202-1111111-7654321",
            "order_id": ORDER,
            "refunded_at": "2025-02-17T10:00:00Z",
            "reason": "replacement: 3",
        }
    ] == found.rows("raw_refunds")


V2 = (
    "settlement-id|settlement-start-date|total-amount|currency|transaction-type|order-id"
    "|adjustment-id|marketplace-name|amount-type|amount-description|amount|posted-date"
    "|posted-date-time"
)


def test_settlement_v2(tmp_path: Path) -> None:
    """A refund's rows are summed: what the buyer gets, not the fees that come back."""
    day = "17.02.2025|17.02.2025 10:05:07 UTC"
    text = tabbed(
        V2,
        "9|01.02.2025 00:00:00 UTC|1.234,50|EUR|||||||||",
        f"9||||Order|{ORDER}||Amazon.de|ItemPrice|Principal|12,50|{day}",
        f"9||||Refund|{ORDER}|A1|Amazon.de|ItemPrice|Principal|-12,50|{day}",
        f"9||||Refund|{ORDER}|A1|Amazon.de|ItemPrice|Tax|-2,38|{day}",
        f"9||||Refund|{ORDER}|A1|Amazon.de|ItemFees|Commission|1,50|{day}",
        f"9||||Refund|{ORDER}|A2|Amazon.de|ItemPrice|Principal|-1,00|{day}",
    )

    found = load_text(tmp_path, "s.txt", text, Config(marketplaces=("DE",)))

    shared = {
        "order_id": ORDER,
        "refunded_at": "2025-02-17T10:05:07Z",
        "currency": "EUR",
        "reason": "refund in the settlement",
    }
    assert [
        {"source_locator": "line 4", "refund_id": f"settlement:{ORDER}/A1", "amount": "14.8800",
         **shared},
        {"source_locator": "line 7", "refund_id": f"settlement:{ORDER}/A2", "amount": "1.0000",
         **shared},
    ] == amounts(found.rows("raw_refunds"))  # fmt: skip
    assert "2 rows of other transactions" in found.notes


def test_settlement_v1(tmp_path: Path) -> None:
    """The older layout has prices, fees and promotions side by side."""
    text = tabbed(
        "settlement-id|currency|transaction-type|order-id|adjustment-id|marketplace-name"
        "|posted-date|price-type|price-amount|item-related-fee-amount|promotion-amount",
        "9|GBP|||||||||",
        f"9||Refund|{ORDER}|A1|Amazon.co.uk|2025-02-17T10:05:07+00:00|Principal|-12.50||",
        f"9||Refund|{ORDER}|A1|Amazon.co.uk|2025-02-17T10:05:07+00:00||||2.00",
        f"9||Refund|{ORDER}|A1|Amazon.co.uk|2025-02-17T10:05:07+00:00|||1.50|",
    )

    found = load_text(tmp_path, "s.txt", text)

    rows = amounts(found.rows("raw_refunds"))
    assert [("10.5000", "GBP", "line 3")] == [
        (row["amount"], row["currency"], row["source_locator"]) for row in rows
    ]


def feedback(header: str, *rows: str) -> str:
    return "\n".join((header, *rows, ""))


FEEDBACK_ROW = f'17.02.25\t1\t"Kaputt\t\t{ORDER}\tk3x9w0p2m7q4z1b@marketplace.amazon.de'


@pytest.mark.parametrize(
    ("header", "reader"),
    [
        ("Date\tRating\tComments\tYour Response\tOrder ID\tRater Email", "amazon-feedback"),
        ("Datum\tBewertung\tKommentare\tAntwort\tBestellnummer\tE-Mail", "amazon-feedback"),
        ("Datum\tBewertung\tKommentare\tAntwort\tBestellnummer", ""),
    ],
)
def test_feedback_by_name_and_by_place(tmp_path: Path, header: str, reader: str) -> None:
    """A header in the page's language is read by what stands below it, never by guessing."""
    found = load_text(tmp_path, "f.txt", feedback(header, FEEDBACK_ROW))

    assert {reader} == found.readers
    assert [
        {
            "source_locator": "line 2",
            "review_id": f"feedback:{ORDER}",
            "event_type": "created",
            "occurred_at": "2025-02-17T00:00:00Z",
            "rating": 1.0,
            "order_id": ORDER,
            "buyer_id": "k3x9w0p2m7q4z1b@marketplace.amazon.de",
            "marketplace": "DE",
            "body": '"Kaputt',
        }
    ] * bool(reader) == found.rows("raw_review_events")


PREAMBLE = '"Includes Amazon Marketplace, Fulfilment by Amazon (FBA)"\n"All amounts in GBP"\n\n'
PAYMENTS = {
    "UK": ("date/time,settlement id,type,order id,description,quantity,product sales,total",
           "Refund", "17 Feb 2025 10:05:07 UTC", "-12.50", "-11.00"),
    "US": ("date/time,settlement id,type,order id,description,quantity,product sales,total",
           "Refund", "Feb 17, 2025 2:05:07 AM PST", "-12.50", "-11.00"),
    "CA": ("date/time,settlement id,type,order id,description,quantity,product sales,total",
           "Refund", "Feb 17, 2025 2:05:07 a.m. PST", "-12.50", "-11.00"),
    "DE": ("Datum/Uhrzeit,Abrechnungsnummer,Typ,Bestellnummer,Beschreibung,Menge,Umsätze,Gesamt",
           "Erstattung", "17.02.2025 10:05:07 UTC", "-12,50", "-11,00"),
    "FR": ("date/heure,numéro de versement,type,numéro de la commande,ventes de produits,total",
           "Remboursement", "17 févr. 2025 10:05:07 UTC",
           "-12,50", "-11,00"),
    "IT": ("Data/Ora:,Numero pagamento,Tipo,Numero ordine,Descrizione,Quantità,Vendite,totale",
           "Rimborso", "17 feb 2025 10:05:07 UTC", "-12,50", "-11,00"),
    "ES": ("fecha y hora,identificador de pago,tipo,número de pedido,ventas de productos,total",
           "Reembolso", "17 feb 2025 10:05:07 UTC",
           "-12,50", "-11,00"),
    "MX": ("fecha/hora,Id. de liquidación,tipo,Id. del pedido,ventas de productos,total",
           "Reembolso", "17 feb 2025 4:05:07 GMT-6", "-12.50", "-11.00"),
    "NL": ("datum/tijd,schikkings-ID,type,bestelnummer,totaal",
           "Terugbetaling", "17 feb 2025 10:05:07 UTC", "-12,50", "-12,50"),
    "JP": ("日付/時間,決済番号,トランザクションの種類,注文番号,説明,数量,商品売上,合計",
           "返金", "2025/02/17 19:05:07 JST", "-12.50", "-11.00"),
}  # fmt: skip


@pytest.mark.parametrize("market", PAYMENTS)
def test_date_range_payments(tmp_path: Path, market: str) -> None:
    """Preamble, header language and date of every marketplace are understood."""
    header, kind, at, sales, total = PAYMENTS[market]
    more = ',"Lamp","1"' if header.count(",") == 7 else ""
    row = f'"{at}","9","{kind}","{ORDER}"{more},"{sales}","{total}"\n'
    if header.count(",") == 4:
        row = f'"{at}","9","{kind}","{ORDER}","{total}"\n'
    other = row.replace(kind, "Order", 1)
    text = "\ufeff" + PREAMBLE + header + "\n" + other + row
    encoded = text.encode("utf-8") if market != "JP" else text.lstrip("\ufeff").encode("cp932")

    found = load_text(tmp_path, "p.csv", encoded, Config(marketplaces=(market,)))

    assert {"date-range-payments"} == found.readers
    assert [
        {
            "source_locator": "line 6",
            "order_id": ORDER,
            "refunded_at": "2025-02-17T10:05:07Z",
            "amount": "12.5000",
            "reason": f"{kind}: Lamp" if more else kind,
        }
    ] == amounts(found.rows("raw_refunds"))
    assert "1 rows of other transactions" in found.notes


def test_account_health(tmp_path: Path) -> None:
    """Each marketplace's status is an event at the end of what it reports of."""
    value = {
        "accountStatuses": [{"marketplaceId": "A1F83G8C2ARO7P", "status": "AT_RISK"}],
        "performanceMetrics": [
            {
                "marketplaceId": "A1F83G8C2ARO7P",
                "accountHealthRating": {"ahrStatus": "FAIR", "ahrScore": 180},
                "orderDefectRate": {"reportingDateTo": "2025-02-06T00:00Z", "rate": 0.01},
            }
        ],
    }

    found = load_text(tmp_path, "h.json", json.dumps(value, indent=2))

    assert {"account-health"} == found.readers
    assert [
        {
            "source_locator": "line 1 A1F83G8C2ARO7P",
            "occurred_at": "2025-02-06T00:00:00Z",
            "kind": "other",
            "title": "Account health UK: AT_RISK, rating 180",
            "detail": "marketplaceId: A1F83G8C2ARO7P\naccountHealthRating.ahrStatus: FAIR\n"
            "accountHealthRating.ahrScore: 180\norderDefectRate.reportingDateTo: 2025-02-06T00:00Z"
            "\norderDefectRate.rate: 0.01",
        }
    ] == found.rows("raw_context_events")
