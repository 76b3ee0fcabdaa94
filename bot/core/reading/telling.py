"""Whether somebody is to be told a number, or asked about it, and nobody to call it. Pure.

Numbers stand in what calls are for: where to call back, an order's. Its sentence says so.
"""

import re
from typing import Final

from bot.core.reading.written import is_cased

# So far before a number its sentence is looked at, and behind it.
_BEFORE: Final = 200
_BEHIND: Final = 40
_SENTENCE_END: Final = re.compile(
    r"[!?;\n。！？]|(?<!\b[DMS]r)(?<!\bMrs)(?<!\bM[sx])(?<!\bSt)[.…]\s+(?=[^\W\d_])|\s[-–—]\s"
)
# What is asked of, or told to, whoever answers the call.
_ASKED: Final = (
    r"ask\w*|tell\w*|told|giv(?:e|ing)|say\w*|let|mention\w*|explain\w*|inform\w*|leav(?:e|ing)|"
    r"pass|provide|spell|read|write|text|send|confirm\w*|about|regarding|concerning|re|find\s+out|"
    r"check|whether|verify|press|enter|type|"
    r"frag\w*|sag\w*|teil\w*|richte|nenn\w*|gib|geben|hinterlass\w*|bitte\s+um|wegen|ob|"
    r"demand\w*|d(?:is|ites|ire)|inform\w*|donn\w*|laiss\w*|concernant|"
    r"pregunt\w*|d(?:i|ile|iles|iga\w*|ecir\w*)|pid\w*|ped\w*|d(?:a|ar|ales?|arles?)|dej\w*|sobre|"
    r"chied\w*|di(?:gli|lle|re|te)|dai|dare|lascia\w*|riguardo|"
    r"pergunt\w*|peç\w*|dig\w*|diz\w*|avis\w*|deix\w*|vra(?:ag|gen)|zeg\w*|geef\w*|over|"
    r"спрос\w*|скаж\w*|передай\w*|zapyta\w*|powiedz\w*"
)
# Whose number it is, or what for.
_WHOSE: Final = (
    r"back|call-?backs?|reach(?:ed|able)?|contact\w*|repl(?:y|ies)|return\w*|under|named?|names?|"
    r"mine|me|us|i|(?:my|our)\s+(?:\w+\s+){0,2}(?:number|phone|cell|mobile|line|office|home|landline|whatsapp)|"
    r"this\s+is\s+[^\W\d]\w*|rückruf\w*|rückfragen|zurück\w*|erreich\w*|meld\w*|mich|uns|mir|"
    r"(?:mein|unser)e?r?\s+(?:\w+\s+)?(?:nummer|handy\w*|telefon\w*|mobil\w*|durchwahl)|(?:auf\s+(?:den\s+)?)?namen?|"
    r"rappel\w*|join(?:d|t)\w*|joignable|moi|nous|(?:mon|notre)\s+(?:numéro|portable|fixe|mobile|tél\w*)|nom|"
    r"\w*(?:me|nos)lo|llam\w+(?:me|nos)|(?:mi|nuestro)\s+(?:número|numero|teléfono|móvil|celular)|nombre|"
    r"richiam\w*|(?:il\s+)?(?:mio|nostro)\s+(?:numero|telefono|cellulare)|nome|"
    r"retorn\w*|(?:meu|nosso)\s+(?:número|numero|telefone|celular)|terug\w*|mijn\s+\w+|naam|"
    r"перезвон\w*|мой\s+\w+|oddzwoń\w*|mój\s+\w+"
)
# What has a number of its own; it stands right before that number.
_NUMBERED: Final = (
    r"(?:order|invoice|ref(?:erence)?|ticket|account|booking|reservation|case|claim|policy|customer|client|"
    r"member(?:ship)?|tracking|serial|parcel|shipment|confirmation|contract|patient|id|iban|vin|imei|card|pin|"
    r"(?:pass)?code|password|gate|door|room|suite|unit|apartment|apt|flight|extension|"
    r"\w*(?:bestell|auftrag|rechnung|kunden|vertrag|vorgang|akten|sendung|buchung|mitglied|versicherung|konto)\w*|"
    r"(?!tele|handy|ruf|mobil|fax)\w{3,}(?:nummer|nr\.?)|rma|po|vin|ssn|"
    r"commande|facture|dossier|client|réservation|suivi|compte|contrat|"
    r"pedido|factura|cliente|reserva|cuenta|contrato|expediente|"
    r"ordine|fattura|pratica|prenotazione|conto|encomenda|fatura|conta|bestelling|factuur|"
    r"заказ\w*|сч[её]т\w*|договор\w*|zamówieni\w*|faktur\w*|fax)"
)
_FOLLOWED_BY: Final = (
    r"(?:number|no\.?|nr\.?|num[eé]ro|n[°ºo]\.?|número|code|codice|código|id|is|was|ist|lautet|est|es|"
    r"è|é|with|the|de|del|di|da|van|von|#|№)"
)
_TOLD_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:{_ASKED}|{_WHOSE})(?!\w)|"
    r"折り返し|伝え|聞い|聞く|尋ね|注文|予約番号|私の|告诉|告訴|问|問|回电|回電|我的|订单|訂單|물어|전해|주문|제\s?번호|예약번호",
    re.IGNORECASE,
)
_NUMBERED_BEFORE: Final = re.compile(
    rf"(?<!\w){_NUMBERED}(?:\W+{_FOLLOWED_BY}){{0,3}}\W{{0,5}}$", re.IGNORECASE
)
_TOLD_BEHIND: Final = re.compile(
    r"[\W_]{0,4}(?:back|zurück\w*|terug\w*|(?:which|that)?\s*(?:is|was|ist|est|es|è|é)\s+(?:my|our|mine|the|"
    r"meine?|unsere?|mon|notre|mi|il\s+mio|o\s+meu)|my|mine|meine?|mon|mi)(?!\w)",
    re.IGNORECASE,
)
_SAID_BEFORE: Final = re.compile(
    rf"(?<!\w)(?:{_ASKED})(?!\w)|伝え|聞い|告诉|告訴|问|전해|물어", re.IGNORECASE
)


def is_told(text: str, start: int, end: int) -> bool:
    """Whether the words around the number that stands there say who is to be told it, or why."""
    before, behind = text[max(0, start - _BEFORE) : start], text[end : end + _BEHIND]
    return (
        _TOLD_BEFORE.search(_last_sentence(before)) is not None
        or _TOLD_BEHIND.match(behind) is not None
        or is_of_something_else(text, start)
    )


def is_of_something_else(text: str, start: int) -> bool:
    """Whether a number that begins there is an order's, a card's or the like."""
    before = text[max(0, start - _BEHIND) : start]
    return is_cased(before[-1:]) or _NUMBERED_BEFORE.search(before) is not None


def is_said_to_somebody(text: str, at: int) -> bool:
    """Whether what stands there is what somebody is to be told or asked."""
    sentence = _last_sentence(text[max(0, at - _BEFORE) : at])
    if sentence.rstrip().endswith((".", "…")):
        # What stands there begins a sentence of its own.
        return False
    return _SAID_BEFORE.search(sentence) is not None


def _last_sentence(text: str) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[ends[-1] :] if ends else text
