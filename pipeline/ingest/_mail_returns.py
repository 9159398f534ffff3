"""What the buyer said in a return request of the platform: the reason chosen and the comment.

The rest of such a mail is the platform's: ids, quantities, what the seller has to do by when.
The labels are tolerant, since no list of them is published; where there is no label of a comment,
nothing is cut.
"""

import re

_COMMENT = (
    r"(?:customer|buyer)(?:['’]?s)? (?:comment|remark)s?"
    r"|comments? (?:of|from) (?:the )?(?:buyer|customer)"
    r"|(?:kommentare?|anmerkung(?:en)?) de[sr] (?:kund(?:en|in)|käufer(?:s|in)?)|kundenkommentare?"
    r"|commentaires? (?:du client|de l['’]acheteur)"
    r"|comment[oi] (?:del cliente|dell['’]acquirente)|comentarios? del (?:cliente|comprador)"
    r"|comentários? do (?:cliente|comprador)|opmerking(?:en)? van (?:de )?(?:klant|koper)"
    r"|(?:komentarze?|uwagi) (?:klienta|kupującego)|(?:kundens|köparens) kommentar(?:er)?"
    r"|kundkommentar(?:er)?|(?:müşteri|alıcı) yorum(?:u|ları)"
    r"|(?:お客様|購入者)(?:の|からの)?コメント|(?:买家|客户|買家)(?:的)?(?:备注|评论|留言|備註|評論)"
)
_REASON = (
    r"return reason|reason(?: for (?:the )?return)?|rückgabegrund|grund(?: (?:für|der) (?:die )?"
    r"(?:rückgabe|rücksendung))?|motif(?: du retour)?|motivo(?: (?:del reso|de la devolución"
    r"|da devolução|de devolución))?|reden(?: (?:voor|van) retour)?|retourreden"
    r"|(?:powód|przyczyna) zwrotu|(?:returorsak|anledning till retur)|iade nedeni"
    r"|返品(?:の)?理由|退货(?:的)?原因|退貨(?:的)?原因"
)
_OTHER = (
    r"request (?:received|details|date|id)|return (?:quantity"
    r"|request(?: details| date| id)?|carrier|label|policy|status)"
    r"|order (?:id|date|number|#)|asin|(?:merchant )?sku|quantity|qty"
    r"|(?:amazon )?rma(?: id)?|tracking id"
    r"|bestellnummer|menge|anfrage (?:eingegangen|erhalten)|numéro de commande|quantité"
    r"|demande reçue|numero d['’]ordine|quantità|número de pedido|cantidad|quantidade|bestelnummer"
    r"|aantal|numer zamówienia|ilość|beställningsnummer|antal|sipariş numarası"
    r"|注文番号|数量|订单(?:号|编号)|訂單編號|數量"
)
"""Only what a buyer hardly begins a line with: a word like `Item:` may be the buyer's own."""
_FIELD = re.compile(
    rf"[ \t>*•-]{{0,8}}(?:(?P<comment>{_COMMENT})|(?P<reason>{_REASON})|{_OTHER})[ \t*]{{0,8}}"
    r"(?:[:：|\t][ \t|*]{0,8}(?P<value>.*)|$)",
    re.IGNORECASE,
)
_PLATFORM = re.compile(r"[ \t]{0,8}(?:[-=_*─—]{3,}[ \t]*|<?https?://\S*[ \t]*)$")


def buyer_said(text: str) -> str | None:
    """Return the lines with the reason and the comments below them, as they are written.

    A comment reaches to the next known field, a drawn line or a link, else to the end: rather too
    much than half of what the buyer said. None where no field of a comment is there, or where
    nothing was said.
    """
    said: list[str] = []
    found = False
    now = ""
    for line in text.splitlines():
        field = _FIELD.match(line)
        if field:
            before = now
            now = "comment" if field["comment"] else "reason" if field["reason"] else ""
            found |= now == "comment"
            value = (field["value"] or "").strip()
            if now == "reason":
                said.append(line.strip())
                now = before if before == "comment" else "" if value else now
            elif now == "comment":
                said += ["", value]
        elif _PLATFORM.match(line):
            now = ""
        elif now == "comment":
            said.append(line.strip())
        elif now and line.strip():
            said.append(line.strip())
            now = ""
    whole = re.sub(r"\n{3,}", "\n\n", "\n".join(said)).strip()
    return whole if found and whole else None
