"""Whether somebody writes that a number is not to be called, or that a call is not to go. Pure."""

import re
from typing import Final

_CALL: Final = (
    r"(?:call(?:s|ed|ing)?|phon(?:e|es|ed|ing)|ring(?:ing)?|rung|dial(?:s|l?ed|l?ing)?|"
    r"telephon(?:e|ed|ing)|contact(?:ed|ing)?)\b(?!\s+(?:off|out|in\s+question)\b)"
)
_NOT: Final = (
    r"(?:do(?:es)?[\s-]+not|do(?:es)?n['’´`]?t|never,\s+ever|never|not|must\s?n['’´`]?t|should\s?n['’´`]?t|"
    r"no(?:body|\s+one)|no\s+(?:more|longer|further)|no|stop|quit|cease|avoid|"
    r"refrain\s+from|hold\s+off(?:\s+(?:on|with))?|without)"
)
# What may stand between the two, so that "don't forget to call" stays a wish.
_BETWEEN: Final = (
    r"(?:ever|again|please|you|we|us|me|i|they|anyone|anybody|somebody|someone|even|try|to|bother|"
    r"be|been|being|want|wants|need|needs|like|let|have|has|make|making|place|placing|any|more|"
    r"further|should|must|may|can|the|a|our|under|circumstances|at|all|by|mistake|just|simply|"
    r"your|ai|bot|going|go|and|or)"
)
# What others failed to do tells why a call is wanted: "they never called me about the refund".
_REPORTED: Final = (
    r"(?:(?:never|not|nobody|no\s+one)(?:\s+(?:ever|even|once|yet|actually|has|have|had|been|got)){0,4}"
    r"\s+(?:called|phoned|rang|contacted|telephoned)"
    r"\s+(?:me|us|my|our|back|about|regarding|because|since|yesterday|when|after|until)\b|"
    r"(?:never|nobody|no\s+one)\s+(?:even\s+|ever\s+)?(?:calls|phones|rings|contacts)\s+(?:me|us)\b|"
    r"(?:does|(?<=they\s)do)(?:\s+not|n['’´`]?t)\s+(?:even\s+|ever\s+)?(?:call|phone|ring|contact)\s+(?:me|us|back)\b|"
    r"(?:never|nobody|no\s+one)\s+(?:even\s+|ever\s+)?(?:bothered|cared|managed|tried)\s+to\b)"
)
# Not a question that asks for a call: "why don't you call", "why not call".
_NO_CALL: Final = (
    rf"(?<!why\s)(?<!why\sdo\s)(?<!not\sonly\s)\b(?!{_REPORTED}){_NOT}"
    rf"(?:[\s-]+{_BETWEEN}){{0,6}}?[\s-]+{_CALL}"
)
_TO_NUMBER: Final = (
    r"(?:to|at|on|this|that|the|number|person|again|back|up|anymore|them|any|more|please|"
    r"phone|mobile|tel|cell|customer|client|company|people|from|or|text|texting)"
)
_BEFORE_NUMBER: Final = re.compile(
    rf"{_NO_CALL}(?:[\s:'’\"“,-]+{_TO_NUMBER}){{0,5}}[^\w.!?;\n]*$", re.IGNORECASE
)
_SOMEBODY: Final = (
    r"(?:they|he|she|it|who|which|this|that|the|number|person|customer|client|company|owner|people|"
    r"we|i|you|is|are|was|were|on|our|your|their|list|has|have|had|already|just|explicitly|"
    r"asked|asks|request(?:ed|s)|want(?:ed|s)?|said|says|told|complained|insisted|begged|us|me|"
    r"must|should|please|pls|also|and|but|ok|okay|hey|hi|stop|again|really|from|now|on)"
)
_FIRST: Final = re.compile(
    rf"[^\w]*(?:{_SOMEBODY}[\s,:-]+){{0,8}}?(?:{_NO_CALL}|opted?\s+out\b)", re.IGNORECASE
)
_CANCEL: Final = re.compile(
    r"[^\w]*(?:(?:please|pls|can you|could you|ok|okay|no|hey|hi|now|just)[\s,]+){0,3}"
    r"(?:(?:cancel|abort|stop|skip|drop|kill|end|undo)(?:\s+(?:it|this|that|them|everything))?|"
    r"(?:cancel|abort|stop|skip|drop|kill|end|undo)(?:\s+(?:the|this|that|my|our|all|any|every|"
    r"of|next|planned|scheduled|remaining|other|further|last|latest|pending)){0,5}"
    r"\s+(?:phone\s+)?(?:calls?|attempts?|retries|trying|dialing)\b[^\d]{0,60}|"
    r"hang\s+up|never\s?mind|forget\s+(?:it|that|about\s+it)|no|nope|don['’]?t)"
    r"(?:[\s,]+(?:please|pls|now|thanks|thank you|again|any\s?more))*[^\w]*",
    re.IGNORECASE,
)
_CANCEL_NUMBER: Final = re.compile(
    r"[^\w]*(?:(?:please|pls|can you|could you)[\s,]+){0,2}"
    r"(?:(?:cancel|abort|stop|skip|drop|end)(?:\s+(?:the|this|that|my|our|all|any|every|of|next|"
    r"planned|scheduled|remaining|further|last|pending)){0,5}\s+(?:phone\s+)?(?:calls?|attempts?)|"
    r"(?:block|blocklist|blacklist|ban|ignore))"
    r"(?:\s+(?:to|for|from|at|with|this|the|that|number|person|caller)){0,4}[^\w.!?;\n]*$",
    re.IGNORECASE,
)
# In other languages the verb often follows the number.
_ELSEWHERE: Final = re.compile(
    r"nicht\s+(?:(?:mehr|wieder|noch\s?mal|nochmals)\s+)?(?:an(?:zu)?rufen|an\b|kontaktieren)|"
    r"ni(?:e|emals)\s+(?:(?:mehr|wieder)\s+)?an(?:zu)?rufen|keine\s+anrufe|"
    r"n['’e]\s?(?:pas\s+|plus\s+|jamais\s+)(?:l['’]\s?|les\s+|le\s+|la\s+)?(?:r?appeler|téléphoner)|"
    r"n['’e]\s?(?:l['’]\s?)?(?:r?appel(?:l?ez?|le)|téléphon(?:ez|e))\s+(?:pas|plus|jamais)|"
    r"(?:no|nunca)\s+(?:(?:l[aoe]s?|me|nos)\s+)?llam(?:ar|es|e|en|éis)\b|deja(?:r|d|n)?\s+de\s+llamar|"
    r"non\s+(?:(?:l[aoi]|mi|ci)\s+)?chiam(?:are|ate|i)\b|"
    r"n(?:ão|ao|unca)\s+(?:(?:lhe|[oa]|me|nos)\s+)?(?:lig(?:ar|ue|uem)|telefon(?:ar|e|em))\b|"
    r"niet\s+(?:(?:meer|opnieuw)\s+)?(?:op)?bellen|"
    r"(?:не|никогда)\s+(?:надо\s+|нужно\s+)?(?:пере)?звон(?!ил)\w+|nie\s+dzwoni(?!ł|li)\w*|"
    r"電話(?:を|は)?(?:し|かけ)(?:ないで|るな)|電話(?:は)?不要|かけないで|전화하지\s?마|"
    r"(?:不要|别|別|勿|请勿|請勿)(?:再)?(?:给|給)?(?:他们|他們|他|她|我们|我們)?(?:打|拨|撥|致电|致電)",
    re.IGNORECASE,
)
# Where a clause ends, so that "never mind the weather" is what a call is for.
_CLAUSE_END: Final = (
    r"(?=\s*(?:$|[.,;!?)\]}\n–—-]|(?:please|pls|thanks|thank\s+you|i|we|it|he|she|they)\b))"
)
_NEVER_MIND: Final = (
    r"(?:never\s?mind|nvm|forget\s+(?:it|that|this|about\s+(?:it|this|that))|scratch\s+that|"
    r"(?:ignore|disregard)\s+(?:it|this|that|me|(?:my|the)\s+(?:last\s+)?message)|"
    r"(?:please\s+)?(?:ignore|disregard)|wrong\s+(?:chat|channel|thread|window)|"
    r"no\s+need(?:\s+to\s+(?:call|phone|ring|dial))?(?:\s+any\s?more)?|(?:not|no\s+longer)\s+needed|"
    r"(?:please\s+)?(?:do\s+not|don['’´`]?t)\s+(?:call|phone|ring|dial)"
    r"(?:\s+(?:it|this|that|them|this\s+number|now|yet|please))*|"
    r"(?:wait|no|on\s+second\s+thoughts?)[\s,]+don['’´`]?t|on\s+second\s+thoughts?[\s,]+no|let['’]?s\s+not|"
    r"(?:i(?:['’]m|\s+am)\s+|(?:this|that|it)(?:['’]s|\s+is|\s+was)\s+)?(?:just|only)\s+(?:testing|kidding|a\s+test|an\s+example)|"
    r"strike\s+that|i\s+take\s+(?:it|that)\s+back|or\s+don['’]?t|(?:lol\s+)?(?:jk|kidding)|"
    r"doch\s+nicht|lass\s+(?:mal|es|gut\s+sein)|(?:(?:das\s+)?war\s+)?nur\s+ein\s+(?:test|scherz|witz)|vergiss\s+das|"
    r"(?:en\s+fait|finalement)[\s,]+non|annule(?:\s+(?:ça|tout)|(?=[\W_]*$))|mejor\s+no|cancela(?:lo|\s+eso)|olvida\s+eso|"
    r"anzi[\s,]+no|annulla(?:\s+tutto|(?=[\W_]*$))|melhor\s+não|cancela\s+isso|esquece\s+isso|"
    r"vergiss\s+es|(?:hat\s+sich\s+)?(?:schon\s+)?erledigt|laisse[rz]?\s+tomber|oublie[rz]?(?:\s+ça)?|"
    r"olv[ií]dal[oa]|déjalo|lascia\s+(?:perdere|stare)|esquece|deixa\s+(?:pra|para)\s+lá|laat\s+maar|"
    r"забудь(?:те)?|неважно|nieważne)"
)
_OPENING: Final = (
    r"[\W_]{0,8}+(?:(?:oh|ah|ach|ugh|ok|okay|actually|sorry|no|nein|non|wait|well|but|hm+|lol|and|please|pls)\b"
    r"[\s,.]{1,5}){0,3}"
)
# Whoever writes so takes back what was asked for; "cancel it" is that only right behind a number.
_DROPPED_AT_ONCE: Final = re.compile(
    rf"{_OPENING}(?:{_NEVER_MIND}|(?:cancel|stop|skip|drop|abort|strike)\s+(?:it|that|this))"
    rf"{_CLAUSE_END}",
    re.IGNORECASE,
)
_DROPPED: Final = re.compile(
    rf"(?:[.!?;,(\n–—]|\s-\s){_OPENING}{_NEVER_MIND}{_CLAUSE_END}|"
    r"[.!?;,(\n–—-]\s{0,3}(?:sent|posted)\s+(?:by\s+(?:mistake|accident)|in\s+error)[\W_]{0,5}$|"
    # At the end it needs no mark before it, unless somebody is to be told so.
    r"(?<!\bto)(?<!\bsay)(?<!\bthat)(?<!\bthem)(?<!\bhim)(?<!\bher)\s"
    r"(?:never\s?mind|nvm|forget\s+it)[\W_]{0,5}$",
    re.IGNORECASE,
)
# "Cancel my appointment, no longer needed": that tells why, and the call goes.
_NOT_NEEDED: Final = re.compile(
    r"[,;(–—-]\s{0,3}(?:not|no\s+longer)\s+needed(?:\s+any\s?more)?\W*$", re.IGNORECASE
)
_CANCELS: Final = re.compile(
    r"(?:^|[.!?\n]\s)\W{0,5}(?:(?:please|and|to|hi|hello)\W{1,3}){0,3}(?:cancel|return|stornier\w*)\s+\w+\s+\w+[^.!?\n]*$",
    re.IGNORECASE,
)
# So far around a number it is looked for.
_NEAR: Final = 120
_TAKEN_BACK_WITHIN: Final = 4000
_SOON: Final = 1000
_WORDS_BEFORE: Final = re.compile(r"\W*(?:\w+\W+){0,2}\w{0,2}$")
_AROUND: Final = (
    re.compile(r"\b(?:nicht|nie|niemals|niet|nooit)\W{0,5}$", re.IGNORECASE),
    re.compile(r"\W{0,5}(?:(?:mehr|wieder|meer)\s+)?(?:an(?:zu)?rufen|bellen)\b", re.IGNORECASE),
)


def is_negated(text: str, start: int, end: int, *, is_asked_for: bool) -> bool:
    """Whether the number that stands there in a text is not to be called, as it is written.

    With `is_asked_for` a call to it was asked for before it: what follows is what that is for.
    """
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    if _BEFORE_NUMBER.search(before) or (start <= _NEAR and _CANCEL_NUMBER.fullmatch(before)):
        return True
    if _is_dropped(text[end : end + _TAKEN_BACK_WITHIN]):
        return True
    if _ELSEWHERE.search(before) or (_AROUND[0].search(before) and _AROUND[1].match(after)):
        return True
    return not is_asked_for and _begins_with_no_call(after)


def asks_for_no_call(text: str) -> bool:
    """Whether a text without a number asks that a call does not go, or that nobody is called."""
    near = text[: 2 * _NEAR]
    is_canceled = _CANCEL.fullmatch(near) or _DROPPED_AT_ONCE.match(near)
    return is_canceled is not None or _begins_with_no_call(near)


def _is_dropped(after: str) -> bool:
    """Whether what follows a number takes the wish for a call back."""
    if _DROPPED_AT_ONCE.match(after):
        return True
    # Soon, or with the last words: in between is what the call is for.
    soon, last = after[:_SOON], after[_SOON:][-_NEAR:]
    if (found := _NOT_NEEDED.search(soon)) and _CANCELS.search(soon[: found.start()]):
        soon = soon[: found.start()]
    return any(_DROPPED.search(part) for part in (soon, last))


def _begins_with_no_call(text: str) -> bool:
    if _FIRST.match(text):
        return True
    found = _ELSEWHERE.search(text)
    return found is not None and _WORDS_BEFORE.fullmatch(text[: found.start()]) is not None
