"""A request that is to wait for a word: "… but wait for my OK", "after I confirm". Pure."""

import re
from typing import Final

from bot.core.reading.telling import is_said_to_somebody

_SOON: Final = 1000
_SHOWN_MAX: Final = 60
_SAYS_SO: Final = (
    r"(?:confirm\w*|approv\w*|agree\w*|ok(?:ay)?(?:['’]?(?:ed|d))?|say(?:\s+(?:so|go|yes|when))?|tell|told|"
    r"give|gave|let|decide\w*|signal|repl(?:y|ied)|write|ping)"
)
_MY_WORD: Final = (
    r"(?:ok(?:ay)?|go(?:-|\s)?ahead|go|signal|sign|confirmation|approval|permission|consent|word|green\s+light|"
    r"yes|nod|say-?so|sign-?off|reply|answer|thumbs)"
)
_WAITS: Final = re.compile(
    r"\b(?:"
    rf"(?<!they\s)(?<!are\s)(?<!is\s)(?<!he\s)(?<!be\s)(?<!been\s)wait(?:ing)?\s+(?:for|on|until|till|til)\s+"
    rf"(?:(?:my|our|me|us|i|we|(?-i:[A-Z])\w*['’]s)\s+(?:{_MY_WORD}|to\s+\w+|{_SAYS_SO})|"
    r"(?:the|an?)\s+(?:ok(?:ay)?|go(?:-|\s)?ahead|go|approval|confirmation|permission|signal|green\s+light))\b|"
    r"await(?:ing)?\s+(?:(?:my|our|the|final|for)\s+){0,2}(?:confirmation|approval|ok(?:ay)?|go|reply|signal)\b|"
    r"(?:check|confirm|clear\s+it|verify|speak|talk)\s+(?:\w+\s+)?with\s+(?:me|us)\b|ask\s+(?:me|us)\s+(?:first|before)\b|"
    rf"(?:my|our)\s+(?:\w+['’]s\s+)?{_MY_WORD}\s+first\b|"
    r"not\s+before\s+(?:i|we)\b|stand-?\s?by\b(?=\W{0,3}$)|"
    r"i(?:['’]ll|\s+will)\s+(?:tell|let|ping|say|give)\s+(?:you\s+)?(?:know\s+)?(?:when|the\s+go)\b|"
    r"noch\s+nicht\s+(?:anrufen|wählen)|auf\s+mein\s+(?:zeichen|kommando|signal)\b|"
    r"attend\w*\s+que\s+(?:je|nous|on)\b|aspett\w*\s+che\s+(?:io|ti|lo|noi)\b|esper\w*\s+a\s+que\b|"
    r"let\s+me\s+(?:\w+\s+)?(?:confirm|check|approve|think|see)\s+(?:\w+\s+)?first\b|hold\s+off\b(?!\s+on\b)|not\s+(?:just\s+)?yet\b(?=\W{0,3}(?:though|please|$))|"
    rf"(?:after|once|until|till|unless|before|as\s+soon\s+as)\s+(?:my\s+\w+|(?-i:[A-Z])\w+)\s+(?:sign(?:s|ed)\s+off|(?:has\s+|have\s+)?{_SAYS_SO}s?)\b|"
    rf"(?:after|once|when|until|till|unless|before|as\s+soon\s+as)\s+(?:i|we)\s*(?:will\s+|have\s+|had\s+)?{_SAYS_SO}\b(?:\s+(?:so|go|yes|it|ok(?:ay)?))?|"
    rf"(?:after|upon|pending|without|before|following|subject\s+to|only\s+(?:with|on))\s+(?:my|our)\s+{_MY_WORD}\b|"
    r"(?:do\s+not|don['’´`]?t|not)\s+(?:call|dial|phone|ring|place|start)(?:\s+(?:it|them|him|her|yet|anyone|the\s+call)){0,2}\s+"
    r"(?:yet|before|until|till|unless|without)\b|"
    r"(?:erst\s+)?(?:nach|mit|auf|vor|ohne)\s+(?:meine[mrn]?|unsere[mrn]?|mein|unser)\s+"
    r"(?:ok|okay|freigabe|bestätigung|zustimmung|go|zusage|rückmeldung|einverständnis|signal)\b|"
    r"(?:erst|sobald|wenn|bis|bevor|nachdem)\s+(?:wenn\s+)?(?:ich|wir)\s+(?:es\s+|dir\s+|das\s+|zu|ok\s+)?"
    r"(?:sage?n?|sage|bestätig\w*|ok|okay|zustimm\w*|freigeb\w*|freigegeben|bescheid|zugestimmt|das)\b|"
    r"(?:après|attend\w*|avec|sans|avant)\s+(?:mon|notre|ma)\s+(?:accord|feu\s+vert|ok|aval|confirmation|autorisation|signal)\b|"
    r"(?:quand|dès\s+que|une\s+fois\s+que|avant\s+que|après\s+que|jusqu['’]à\s+ce\s+que)\s+(?:je|j['’]aie?|nous|on)\s?"
    r"(?:le\s+|te\s+)?(?:dis\w*|confirm\w*|donn\w*|aie|valid\w*)\b|"
    r"(?:esper\w*|después\s+de|tras|con|sin|hasta)\s+(?:a\s+)?(?:mi|nuestro|nuestra)\s+"
    r"(?:ok|visto\s+bueno|confirmaci[óo]n|aviso|aprobaci[óo]n|permiso|señal)\b|"
    r"(?:cuando|hasta\s+que|después\s+de\s+que|antes\s+de\s+que|en\s+cuanto)\s+(?:yo\s+)?(?:te\s+|lo\s+)?"
    r"(?:confirm\w*|dig[ao]|avis\w*|apruebe|diga)\b|"
    r"(?:aspett\w*|dopo|con|senza|prima\s+del(?:la)?)\s+(?:il\s+|la\s+)?(?:mio|mia|nostro|nostra)\s+"
    r"(?:ok|conferma|via\s+libera|consenso|approvazione)\b|"
    r"(?:depois|após|espere?|aguarde?|com|sem)\s+(?:d?[oae]\s+)?(?:meu|minha|nosso|nossa)\s+(?:ok|aval|confirmação|aprovação)\b|"
    r"(?:na|wacht\s+op|pas\s+na)\s+mijn\s+(?:ok(?:é)?|akkoord|bevestiging|toestemming)\b|"
    r"(?:после|без|жди\w*)\s+мо(?:его|ей)\s+\w+|po\s+moim\s+\w+"
    r")",
    re.IGNORECASE,
)


def awaited_word(prompt: str) -> str | None:
    """Return the words by which a request is to wait for its person's word, None without any.

    What somebody else is to be told to wait for is not meant.
    """
    soon = prompt[:_SOON]
    for match in _WAITS.finditer(soon):
        if not is_said_to_somebody(soon, match.start()):
            return " ".join(match[0][:_SHOWN_MAX].split())
    return None
