"""The words around numbers that the reader knows: to call, to label, to join, for extensions."""

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TO_CALL: Final = frozenset({"call", "phone", "ring", "dial", "telephone"})
# Before a call word, in any order.
POLITE: Final = _words(
    "please pls plz kindly can could would will you u hey hi hello ok okay just now go and "
    "i need want to d like help me us quickly ringback bot there everyone all"
)
# "make a call to", "let's call": before a call word too.
ASKING_FOR_CALL: Final = POLITE | _words(
    "make place start do initiate give a an another one quick short brief let lets s phone"
)
# Between a call word and the number, one of them.
AFTER_CALL: Final = frozenset({"up", "to", "on", "at", "this", "the", "now", "back"})
# Directly before a number, to say that it is one.
LABELS: Final = _words(
    "phone ph tel t m p gsm tlf callto telephone number no nr mobile cell cellphone "
    "landline contact telefon telefono teléfono tél téléphone telefone rufnummer handy mobil "
    "numero número numéro 電話 電話番号 电话 號碼 号码 手机 전화 전화번호"
)
# "The number is …", "sorry, it's …": they say nothing of what the call is for.
ABOUT_A_NUMBER: Final = (
    LABELS
    | POLITE
    | TO_CALL
    | _words(
        "the a it is s its that this here are was there sorry oh no yes right new correct number "
        "his her their my our your use try on at under and thanks thank one should be"
    )
)
# Between two numbers that are both to be called, or that are one and another's end.
JOINING: Final = _words(
    "and or also plus then else otherwise alternatively as well if busy no not answer try call "
    "number both und oder sowie bis et ou y o u e og och en of ir i и или 和 或 と または および "
    "및 또는 dash hyphen minus slash dot point through thru maybe perhaps to backup office home "
    "work mobile cell fax tel phone his her their"
)
# Between a number and another that the call is about, or that somebody is to be told.
TELLING: Final = _words(
    "ask tell call ring phone text say give about regarding re at to from using that if"
)
# "Call my dentist …", but not "call the number of …": no words for whom a number is.
NOBODY: Final = (
    LABELS
    | TELLING
    | POLITE
    | AFTER_CALL
    | _words(
        "and or then else plus also not both fax old wrong same first second last next other "
        "another own numbers order ticket account customer id code case invoice reference but "
        "except who which when before after "
        "with without of in for my our me us it he she they them"
    )
)
# These alone say nothing of what a call is for: "right now please", "asap, thanks".
SAYING_NOTHING: Final = _words(
    "now right away please pls plz asap urgent urgently immediately quickly thanks thank you thx "
    "for me us it is this today and at once soon again bitte jetzt sofort danke svp merci por "
    "favor gracias"
)
EXTENSION: Final = (
    r"[\W_]{0,5}?(?:;?\s?(?:extensión|extension|extensao|extn?|xtn|x|ｘ|х|доб|durchwahl|dw|"
    r"nebenstelle|apparat|app\.|klappe|kl\.|poste|p\.|interno|int|anexo|ramal|toestel|anknytning|wewn|"
    r"の?\s?(?:内線|內線|分机|分機|转|轉|내선|内(?=[)）]))(?:番号|番號|번호|号码?|號碼?)?)"
    r"[\W_]{0,5}(?:number|no\.?|nr\.?|は|が|是|为|第|は第)?\s{0,2}|[#＃]\s{0,2}|[,;pw]{1,3}(?=\d))\d{1,7}(?!\d)"
)
# A sentence that asks for another call.
CALL_AGAIN: Final = (
    r"(?:[.!?\n;]\s{0,5}|^\W{0,5})(?:(?:please|can you|could you|then|and|also|or)[\s,]{1,3}){0,3}"
    r"(?:call|phone|ring|dial)\b(?=[^.!?\n]{0,60}\d)"
)
