"""A number that is only told of: an old one, an order's, the writer's own, one that is busy. Pure.

What follows it at once says so. It may still be the one to call, so a yes answers it.
"""

import re
from typing import Final

from bot.core.reading.telling import is_said_to_somebody

# "wait, that's the fax": what follows a number at once and says that it is not the one.
_NOT_THE_ONE: Final = (
    r"(?:wrong|incorrect|invalid|(?:old|former|previous)(?!\s+(?!number|one|phone|line|cell|mobile|contact|now|but|and|so)\w)|"
    r"outdated|fax|dead|disconnected|no\s+longer|out\s+of\s+(?:date|service|order|use)|my\s+own|ours|mine|"
    r"(?:test|example|sample|dummy|fake|placeholder|made-up)(?:\s+phone)?(?:\s+number)?|"
    r"not\s+(?:(?:the\s+)?(?:right|correct|current)|the\s+(?:number|one)|valid|in\s+(?:use|service)|working)|"
    r"falsch|ungültig|veraltet|alt|faux|fausse|périmée?|equivocad[oa]|antigu[oa]|viej[oa]|sbagliat[oa]|"
    r"vecchi[oa]|errad[oa]|antig[oa]|velh[oa]|fout|oud|verkeerd|неверный|старый|zły|stary)\b"
)
# "4155552671€", "4155552671 units".
_AMOUNT: Final = (
    r"[^\S\n]?(?:[€£$¥₹₽₩%]|"
    r"(?:usd|eur|gbp|euros?|dollars?|pounds?|units?|pieces|pcs|bytes)\b)(?!\s?\d)"
)
_COUNTED: Final = (
    r"(?:usd|eur|gbp|inr|euros?|dollars?|pounds?|rupees?|francs?|franken|yen|pesos?|units?|pieces?|pcs|"
    r"bytes|[kmgt]b|km|kms|kg|cm|mm|met(?:er|re)s?|miles?|feet|kilomet(?:er|re)s?|tons?|tonnes?|"
    r"lit(?:er|re)s?|hours|minutes|seconds|shares|followers|subscribers|users|visitors|views|clicks|likes|"
    r"ms|kwh|mwh|watts?|volts?|percent|degrees|times|steps|calories|tokens|rows|lines|"
    r"votes|people|points|copies|stück|aktien|meter|kilometer|liter|abonnenten|pièces|actions|abonnés|"
    r"personen|menschen|einwohner|schritte|habitants|personnes|personas|habitantes|persone|abitanti|km2|m2|"
    r"unidades|acciones|seguidores|pezzi|azioni|metri|stuks|рублей|руб|złotych|zł)"
)
# Of digits alone: "4155552671 shares", "4155552671 parcels were lost".
_COUNT: Final = re.compile(
    rf"[^\S\n]?(?i:{_COUNTED})(?!\s?\d)(?![\w:.?]\w|\?)\b|\s?[円元块圆원]|"
    r"\s[a-z]{2,20}(?<!s)s\s+(?:of|were|are|have|had|sold|bought|paid|ordered|shipped|raised)\b"
)
_IS: Final = (
    r"(?:(?:which|that|this|it|the\s+number|das|dies|ce|esto|questo|isso|dit|это|to)\s+)?"
    r"(?:is|was|ist|war|est|était|es|era|è|é|jest)"
)
_WHICH: Final = r"(?:cell|mobile|phone|home|work|office|direct|private|new|own)"
_DETERMINERS: Final = (
    r"(?:(?:the|an?|my|our|his|her|their|your|actually|just|only|probably|now|"
    r"die|der|das|eine?|meine?|unsere?|le|la|un|une|mon|ma|notre|el|mi|nuestr[oa]|il|mio|mia|o|a|meu|minha|"
    r"mijn|onze|мой|моя|mój|moje)\s+){0,3}?"
)
# "… is my order number", "(tracking number)", "is the booking": digits of something else.
_OF_ORDERS: Final = (
    r"(?:(?:purchase\s+)?order|tracking|booking|reference|ref|ticket|case|invoice|account|policy|"
    r"confirmation|reservation|serial|parcel|shipment|claim|transaction|flight|isbn|iban|imei|sku)"
)
_OF_OTHERS: Final = (
    r"(?:customer|client|member(?:ship)?|patient|student|employee|contract|license|passport|tax|"
    r"part|product|item|model|delivery|shipping|payment|waybill|consignment|loyalty|meeting)"
)
_AN_ID: Final = (
    rf"(?:(?:{_OF_ORDERS}|{_OF_OTHERS})\s+(?:number|no\b\.?|nr\b\.?|id|code|reference|ref)\b|"
    r"(?:pin|passcode|password|passwort|kennwort)\b|"
    r"(?:kunden|bestell|auftrags|rechnungs|vertrags|vorgangs|akten|ticket|sendungs|buchungs|mitglieds|"
    r"versicherungs|patienten|konto|serien|fax|steuer|bestel|klant|factuur|order)\s?-?(?:nummer|nr\b\.?|id\b)|"
    r"(?:num[ée]ro|code|n[°º])\s+(?:de\s+|du\s+|d['’])\s?(?:client|commande|facture|dossier|suivi|compte|"
    r"contrat|réservation|télécopie|fax)|"
    r"(?:n[úu]mero|c[óo]digo|n[°º])\s+d[aeo]l?\s+(?:cliente|pedido|factura|fatura|cuenta|conta|contrato|reserva|"
    r"seguimiento|encomenda|fax)|"
    r"(?:codice|numero)\s+(?:(?:di|del|della|d['’])\s?)?(?:cliente|ordine|fattura|pratica|conto|contratto|prenotazione|fax)|"
    r"номер\s+(?:заказа|договора|сч[её]та)|numer\s+(?:zamówienia|faktury|klienta))"
    r"(?!\W{0,5}(?:(?:is|was|ist|est|es|è|é)\W{1,3})?[\w-]*\d)"
)
_AN_ORDER: Final = (
    rf"(?:{_OF_ORDERS}|bestellung|auftrag|rechnung|commande|facture|pedido|ordine|fattura|encomenda|factuur|заказ)"
    r"(?=\s*(?:$|[.,;:!?)\n–—-]|(?:and|so|ask|call|where|when|which|from|for|und|et|y)\b))"
)
# "(wrong)", "[spam]", "(alt)", "(mine)", "(tracking)": what is noted behind a number.
_NOTED: Final = (
    r"[^\w\n]{0,3}[(\[{–—-]\s?(?:(?:this\s+is|the|their|his|her|die|le|la|el|il|now|jetzt)\s+)?"
    r"(?:wrong|old|former|previous|prior|deprecated|retired|inactive|unused|invalid|dead|expired|outdated|disconnected|blocked|spam|scam|dnc|fax|test|mine|"
    r"(?:my|our)\s+(?:own|number|phone|cell|mobile)|not?\s+(?:in\s+use|longer(?:\s+\w+){0,2}|valid|working)|"
    r"out\s+of\s+(?:use|service|order)|(?:do\s+not|don['’]?t)\s+use|"
    r"alte?|vorherige?|frühere?|ehemalige?|précédente?|anterior|precedente|vorige?|falsche?|ungültige?|veraltete?|tot|gesperrt|nicht\s+mehr|meine?s?|ancien(?:ne)?|fau(?:x|sse)|"
    r"mauvaise?|périmée?|hors\s+service|invalide|mon\s+(?:numéro|portable)|le\s+mien|antigu[oa]|viej[oa]|"
    r"equivocad[oa]|inválid[oa]|mi\s+(?:número|móvil)|mío|vecchi[oa]|sbagliat[oa]|non\s+valido|mio|errad[oa]|"
    r"velh[oa]|meu|oude?|foute?|verkeerde?|старый|неверный|мой|stary|błędny|mój|旧|古い|旧番号|错|"
    rf"{_AN_ID}|{_AN_ORDER})(?!\w)"
    r"(?:\s+(?:number|one|phone|line|cell|mobile|contact|any\s?more|please|now|since\s[^)\]}\n]{0,15}|"
    r"(?:telefon)?nummer|num[ée]ro|número))?(?:[,;:!?.][^)\]}\n]{0,30})?\s?[)\]}–—-]|"
    r"\s(?:dnc|spam|scam(?:mer)?s?)\b"
)
# "has changed to +1 …": another number stands in its place.
_REPLACED: Final = (
    r"\s(?:(?:has|have|had|is|was|got)\s+)?(?:(?:been|since|now|just)\s+)?"
    r"(?:changed|moved|switched|ported|replaced|forwarded|redirected)\s+(?:to|by|with)\b"
    r"(?=[^.!?\n]{0,30}\d)"
)
_WHO: Final = r"(?:(?:who|which|that|they|he|she|it)\s+)?"
# "called me yesterday": with a request behind it that is why to call.
_CALLED_ME: Final = (
    rf"(?:{_WHO}(?:(?:has|have|had|just|also)\s+){{0,2}}"
    r"(?:called|phoned|rang|texted|messaged|contacted|blocked)\s+(?:me|us)\b|"
    r"hat\s+(?:mich|uns)\s+(?:\w+\s+){0,2}angerufen\b|(?:m['’]a|nous\s+a)\s+(?:r?appelée?s?)\b|"
    r"(?:me|nos)\s+(?:ha\s+)?llam(?:ó|ado)\b|(?:mi|ci)\s+ha\s+chiamat[oaie]\b|me\s+ligou\b)"
)
# Who is called at it: the one who writes.
_MY_NUMBER: Final = (
    rf"(?:(?:my|our)\s+(?:{_WHICH}\s+){{0,2}}(?:number|phone|mobile|cell)|"
    r"(?:meine|unsere)\s+(?:\w+\s+)?(?:nummer|handynummer|rufnummer|telefonnummer|mobilnummer)|"
    r"mein\s+(?:handy|telefon)|(?:mon|notre)\s+(?:numéro|portable|mobile|téléphone|tél)|"
    r"(?:mi|nuestro)\s+(?:n[úu]mero|teléfono|móvil|celular)|(?:il\s+)?(?:mio|nostro)\s+(?:numero|telefono|cellulare)|"
    r"(?:o\s+)?(?:meu|nosso)\s+(?:número|telefone|celular)|mijn\s+(?:nummer|telefoon\w*|mobiel)|"
    r"мой\s+(?:номер|телефон)|mój\s+(?:numer|telefon))\b"
)
_MINE: Final = (
    r"(?:(?:(?:which\s+|that\s+)?belongs?\s+to\s+(?:me|us)|gehört\s+(?:mir|uns)|(?:m['’]appartient|est\s+à\s+moi)|"
    r"es\s+m[ií][oa]|è\s+mio|é\s+meu|is\s+van\s+mij)\b|"
    r"(?:is|was)\s+me\b|here\s*[,.:;!–-]|(?:save|store|memorize|note|write|add)\s+(?:(?:it|this|that)\s+)?"
    r"(?:down(?!\s+(?:wh|how|all|the|their)\w*)|as|under|this|number)\b|(?:text|sms|whatsapp)\s+(?:them|him|her|it|back|that|[a-z]+\s+that|saying)\b|"
    r"(?:is|was)\s+(?:the|an?)\s+(?:number|one|person|guy|caller)\s+(?:that|who|which)\s|"
    r"(?:ich\s+bin|bin\s+ich|i\s+am|i['’]m|je\s+suis|estoy|sono)\s+(?:\w+\s+){0,4}?"
    r"(?:erreichbar|reachable|joignable|localizable|raggiungibile)\b|"
    r"(?:me|myself|ich(?:\s+selbst)?|moi(?:-même)?|yo(?:\s+mism[oa])?)\s*(?=$|[,.:;!])|"
    r"(?:is|was)\s+(?:where|how|when)\s+(?:you|they|people|everyone|to)\b|"
    r"(?:to|so\s+(?:you|they)\s+can|if\s+you\s+(?:need|want)\s+to|where\s+(?:you|they)\s+can)\s+"
    r"(?:reach|contact|call|phone|text|get|find|ring)\s+(?:me|us|back)\b|"
    r"(?:um\s+(?:mich|uns)\s+zu\s+erreichen|pour\s+(?:me|nous)\s+(?:joindre|contacter|rappeler)|"
    r"para\s+(?:contactar|llamar|localizar)(?:me|nos)|per\s+(?:contattar|chiamar)(?:mi|ci))\b|"
    r"for\s+(?:any\s+|further\s+|more\s+)?(?:questions?|queries|enquir(?:y|ies)|inquir(?:y|ies)|callbacks?|info|"
    r"information|details|emergenc(?:y|ies))\s*(?=$|[.,;:!?\n–—-]|or\b|and\b)|"
    r"(?:bei|für)\s+(?:rück)?fragen\b|pour\s+(?:toute?\s+)?questions?\b|para\s+(?:cualquier\s+)?(?:dudas?|preguntas?|consultas?)\b|"
    r"if\s+(?:you|there|anyone|anybody|they)\s+(?:have|has|are|is|need|needs)\b[^.!?\n]{0,30}\b"
    r"(?:questions?|queries|issues?|problems?)\b|"
    r"if\s+(?:you|anyone|anybody|they)\s+needs?\s+(?:\w+\s+)?(?:anything|me|us|help)\b|"
    r"wenn\s+(?:du|ihr|sie)\s+fragen\b|si\s+(?:vous\s+avez|tu\s+as)\b|si\s+tien(?:es?|en)\s+(?:dudas|preguntas)\b)"
)
# "… did not answer": what somebody has tried, and asks what to do about.
_TRIED: Final = (
    r"(?:(?:(?:did|do(?:es)?|has|have|had|was|were|is)(?:\s+not|n['’]?t)|never|kept|keeps)\s+(?:\w+\s+){0,2}?"
    r"(?:answer(?:ed|ing)?|pick(?:ed|ing)?\s+up|respond(?:ed|ing)?|repl(?:y|ied)|reach(?:ed|able)|available|"
    r"ring(?:ing)?|rang|connect(?:ed)?|c[oa]me|arrived?|delivered|shipped|received)\b|"
    r"(?:is|was|were|has\s+been|seems|sounds)\s+(?:\w+\s+){0,2}?(?:busy|engaged|unavailable|unreachable|occupied|"
    r"dead|down|off(?:line)?|disconnected|ringing)\b|"
    r"keeps?\s+\w+ing\b|(?:gave|left|sent|dropped)\s+(?:me|us|an?|no)\b|"
    r"(?:(?:just|already|only)\s+)?(?:rang|called|phoned|texted|messaged|answered|replied|refused|declined)\b|"
    r"(?:i|we)(?:['’]ve)?\s+(?:(?:have|already|just|also|even)\s+){0,3}(?:called|tried|phoned|rang|dialed|texted)\b|"
    r"(?:hab(?:e|en)?\s+(?:ich|wir)|ich\s+habe?|wir\s+haben)\s+(?:\w+\s+){0,4}?(?:angerufen|versucht|probiert|erreicht)\b|"
    r"j['’]ai\s+(?:\w+\s+){0,2}?(?:r?appelé|essayé|tenté)|(?:ya\s+)?(?:llamé|he\s+llamado|intenté)|"
    r"ho\s+(?:già\s+)?(?:chiamato|provato)\b|(?:já\s+)?(?:liguei|tentei)\b|"
    r"(?:won|can|could|would)(?:['’]t|\s?not)\s+(?:\w+\s+){0,2}?(?:pick\s+up|answer|connect|be\s+reached)\b|"
    r"(?:just\s+)?(?:hangs\s+up|(?:showed|shows|turned|came)\s+up|appeared)\b|"
    r"wurde\s+(?:\w+\s+){0,2}?(?:gesperrt|abgeschaltet|geändert)\b|no\s+(?:me|nos)\s+(?:contest|respond)\w+|"
    r"(?:just\s+)?(?:hung\s+up|goes?\s+to\s+voicemail|went\s+to\s+voicemail|rang\s+out)\b|"
    r"(?:ist|war)\s+(?:\w+\s+){0,2}?(?:besetzt|nicht\s+\w+|aus)\b|(?:ging|geht|nahm|nimmt|hat|antwortet)(?:e)?\s+"
    r"(?:\w+\s+){0,2}?(?:nicht|niemand|keiner)\b|"
    r"(?:n['’]a|ne)\s+(?:pas\s+|jamais\s+)?(?:répon\w+|décroch\w+)(?:\s+pas)?\b|(?:est|était)\s+(?:toujours\s+)?(?:occupée?|injoignable)\b|"
    r"(?:no|nunca)\s+(?:ha\s+)?(?:contest\w+|respond\w+|cog\w+)\b|(?:está|estaba)\s+(?:ocupado|comunicando|apagado)\b|"
    r"non\s+(?:ha\s+)?(?:rispo\w+)\b|(?:è|era)\s+occupato\b|não\s+(?:atend\w+|respond\w+)\b|"
    r"(?:neemt|nam)\s+niet\s+op\b|не\s+отвеча\w+|(?:был\s+)?занят\w*\b|nie\s+odbiera\b)"
)
_PUT_ASIDE: Final = re.compile(
    rf"[^\S\n]*\?|{_AMOUNT}|{_NOTED}|{_REPLACED}|[\W_]{{0,6}}{_IS}\s+(?:what\b|(?:an?\s+)?(?:spam|scam))|"
    r"[\W_]{0,6}(?:(?:oh|no|wait|sorry|oops|hmm|but)[\W_]{1,5}){0,3}(?:"
    rf"(?:{_IS}|(?:that|this|it)['’]s|c['’]est)\s+{_DETERMINERS}{_NOT_THE_ONE}|"
    rf"(?:{_IS}|(?:that|this|it)['’]s|c['’]est|=)\s*{_DETERMINERS}(?:{_AN_ID}|{_AN_ORDER})|{_AN_ID}|"
    rf"(?:{_IS}|(?:that|this|it)['’]s|c['’]est|=)\s*{_MY_NUMBER}|{_WHO}{_MINE}|{_MY_NUMBER}(?=\s*(?:$|[.,;:!?)\n–—-]))|(?:that|this|it)['’]s\s+me\b|"
    r"(?:(?:which|that|it)\s+)?(?:is|was|does)n['’]?t\s+"
    r"(?:the|right|correct|valid|working|work|exist|in\s+use)\b|"
    r"(?:(?:which|that|it)\s+)?(?:no\s+longer|does\s+not)\s+(?:works?|exists?|valid|in\s+use)\b|"
    rf"{_WHO}(?:keeps?|kept)\s+(?:on\s+)?(?:calling|phoning|ringing|texting)\s+(?:me|us)\b|"
    r"(?:i\s+(?:think|guess|believe|suppose)|if\s+i\s+(?:remember|recall)(?:\s+\w+)?|not\s+(?:\w+\s+)?(?:sure|certain)|"
    r"or\s+(?:so|something|similar)|(?:un(?:verified|confirmed|sure)|probably|possibly|maybe))"
    r"(?=\s*[)\],.;:!?–—-])|[^\w\n]{0,3}\?)|"
    r"\W{0,4}(?:は|が)?(?:私の|わたしの|僕の)?(?:注文|予約|お客様|会員|問い合わせ)番号|\W{0,4}(?:は)?私の(?:番号|電話)|"
    r"\W{0,4}是(?:我|我们|我們)?的?(?:订单|訂單|客户|客戶|电话|電話|号码|號碼|手机|手機)|"
    r"\W{0,4}(?:은|는)?\s?(?:제|내|우리)\s?(?:주문|번호|전화)",
    re.IGNORECASE,
)
# "Wrong number above", "that's the old one": no other number is named, and this one is not right.
_A_NUMBER: Final = (
    r"(?:wrong(?:\s+(?:number|one|phone|digits?|person|contact|place|company|guy|recipient|entry|line))?|"
    r"(?:old|incorrect|bad|outdated)\s+(?:number|one|phone)|"
    r"not\s+(?:(?:this|that|the|their|his|her|my|our)\s+)?(?:(?:right|correct)\s+)?(?:one|number)|"
    r"(?:falsche|alte|verkehrte|nicht\s+die(?:\s+richtige)?)\s+(?:tele(?:f|ph)on)?nummer|"
    r"(?:l['’])?(?:mauvais|faux|ancien|pas\s+le(?:\s+bon)?)\s+numéro|"
    r"n[úu]mero\s+(?:equivocado|incorrecto|viejo|antiguo|sbagliato|errado|vecchio)|"
    r"(?:no|non|não)\s+(?:es|era|è|é)\s+(?:el|il|o)\s+(?:n[úu]mero)|"
    r"не\s*(?:верный|тот)\s+номер|(?:zły|nie\s+ten)\s+numer|verkeerde?\s+nummer)"
)
_IS_WRONG: Final = (
    r"(?:(?:this|that|the)\s+(?:number|one)\s+(?:above\s+)?(?:is|was)\s+"
    r"(?:wrong|old|outdated|incorrect|bad|invalid|dead|disconnected|not\s+(?:right|correct|valid))|"
    r"(?:die\s+|diese\s+)?nummer\s+(?:stimmt\s+nicht|ist\s+(?:falsch|alt|veraltet|ungültig))|"
    r"(?:le\s+|ce\s+)?numéro\s+(?:est\s+faux|n['’]est\s+(?:pas|plus)\s+(?:bon|valable|le\s+bon))|"
    r"(?:el\s+|este\s+)?número\s+(?:está\s+mal|no\s+es\s+correcto))"
)
_NOT_RIGHT: Final = re.compile(
    r"(?:^|[\n.!?…;,:()~–—]|(?<!\w)-)[\W_]{0,5}"
    r"(?:(?:hm+|oh|ah|ugh|wait|no|oops|sorry|hold\s+on|damn|ach|mist|nein|non|ups)[\W_]{1,5}){0,3}"
    r"(?:(?:(?:that|this|it|the)(?:['’]s|\s+(?:is|was|number\s+(?:is|was|above\s+is)))\s+|"
    r"(?:das\s+)?(?:ist|war)\s+|(?:ce\s+n['’]|c['’])(?:est|était)\s+|(?:es|era|è|это)\s+|(?:ese|este|esto)\s+)?"
    rf"(?:(?:the|a|my|an|die|le|un|el|il|o)\s+)?{_A_NUMBER}|{_IS_WRONG})"
    r"\W{0,3}(?:(?:above|there|here|again|sorry|though|apologies|oben|désolée?|perdón)\W{0,3}){0,2}"
    r"(?=$|[\n.!?;,:()–—-])|"
    # "…, wait no that's my mom"
    r"[\n.!?…;,(–—-]\s{0,3}(?:wait|oops|hold\s+on)\W{1,3}(?:(?:no|wait|sorry|oh)\W{1,3}){0,2}"
    r"(?:that|this)(?:['’]s|\s+is)\s|番号(?:が)?(?:違い|間違)|(?:号码|號碼)(?:错|錯)",
    re.IGNORECASE,
)
# Most of what is said has none of these; the sentence takes longer to look for.
_SAYS_WRONG: Final = re.compile(
    r"wrong|incorrect|outdated|\b(?:old|bad|wait|oops|hold\s+on)\W|\bnot\s+\w|number\W|one\W|nummer|"
    r"num[eé]r|número|номер|番号|号码|號碼",
    re.IGNORECASE,
)
# "is Luigi's" with a request behind it tells who is called; without one nothing but what it is.
_STATED: Final = re.compile(
    r"[\W_]{0,6}(?:which\s+)?(?:is|was|ist|war|est|était|es|era|è|é)\s",
    re.IGNORECASE,
)
_BACKGROUND: Final = re.compile(
    rf"[\W_]{{0,6}}(?:{_CALLED_ME}|(?:(?:which|that|it)\s+)?{_TRIED})", re.IGNORECASE
)
_REQUEST: Final = re.compile(
    r"(?<!\w)(?:ask|tell|say|book|order|reserve|cancel|schedule|reschedule|arrange|wish|remind|request|find|get|"
    r"check|make|buy|thank|apologi[zs]e|invite|move|change|(?:i|we)\s+(?:need|want|would\s+like)|i['’]d\s+like|report|complain|pay|leave|"
    r"give|let|please|pls|explain|confirm|speak|talk|try|see|set|"
    r"frag\w*|sag\w*|bitte|buch\w*|bestell\w*|reservier\w*|vereinbar\w*|stornier\w*|brauch\w*|möcht\w*|termin|"
    r"demand\w*|dis|réserv\w*|command\w*|annul\w*|prend\w*|merci|veux|voudrais|"
    r"pregunt\w*|pid\w*|ped\w*|reserv\w*|cancel\w*|quiero|necesito|chied\w*|prenot\w*|annull\w*|ordin\w*|vorrei|"
    r"pergunt\w*|marc\w*|quero|preciso|vraag|boek|bestel\w*|zeg|спрос\w*|закаж\w*|заброн\w*|zapyta\w*|zarezerw\w*)(?!\w)",
    re.IGNORECASE,
)
# "…, what now?": whoever asks that does not know yet whether to call.
_WHAT_NOW: Final = re.compile(
    r"(?:\bwhat\s+(?:now|next|(?:should|shall|can|do|could)\s+(?:i|we)\s+do(?:\s+\w+)?)|\bnow\s+what|"
    r"\b(?:should|shall)\s+(?:i|we)(?:\s+(?:call|ring|phone|dial|try|do|wait|answer|trust|block|worry)(?:\s+\w+){0,4})?|\bwas\s+(?:nun|jetzt|tun|machen\s+wir)|\bund\s+(?:nun|jetzt)|"
    r"\bque\s+faire|\bon\s+fait\s+quoi|\bet\s+maintenant|\bqué\s+(?:hago|hacemos|ahora)|\by\s+ahora(?:\s+qué)?|"
    r"\bche\s+(?:faccio|facciamo|si\s+fa)|\be\s+(?:adesso|ora|agora)|\bo\s+que\s+(?:faço|fazemos)|\bwat\s+nu|"
    r"\bчто\s+(?:делать|теперь)|\bco\s+teraz)\W{0,5}$",
    re.IGNORECASE,
)
_INSTEAD: Final = re.compile(
    r"\b(?:instead|stattdessen|à\s+la\s+place|en\s+su\s+lugar)\b", re.IGNORECASE
)
_ONE: Final = re.compile(
    r"^(?!.*(?:oops|wait|sorry|hold|\b(?:oh|no|ah|ugh|hm+)\b)).*\bone\W*$",
    re.IGNORECASE | re.DOTALL,
)
# Who did what: "I got a red shirt".
_TOLD: Final = re.compile(r"\W*(?:i|we|they|he|she|you|it|my|our|the)(?:\W+\w+){2}", re.IGNORECASE)
_SOON: Final = 1000
_LAST_WORDS: Final = 120


def is_put_aside(after: str, *, is_plain: bool) -> bool:
    """Whether what follows a number tells of it, and so that it may not be the one to call.

    `is_plain` is whether it is digits alone, as an amount is written too.
    """
    return (
        (is_plain and _COUNT.match(after) is not None)
        or _PUT_ASIDE.match(after) is not None
        or _is_only_told(after[:_SOON])
        or _is_called_wrong(after[:_SOON])
        or _asks_what_now(after)
    )


def _is_only_told(after: str) -> bool:
    """Whether it tells what the number is, or what came of calling it, and asks for nothing."""
    if _BACKGROUND.match(after):
        return _REQUEST.search(after) is None or _INSTEAD.search(after) is not None
    return _STATED.match(after) is not None and "?" not in after and not _REQUEST.search(after)


def _is_called_wrong(soon: str) -> bool:
    match = _NOT_RIGHT.search(soon) if _SAYS_WRONG.search(soon) else None
    if match is None or is_said_to_somebody(soon, match.start() + 1):
        return False
    # "They sent a red one, the wrong one, ask …": one of what was told of before.
    is_of_a_thing = _ONE.search(match[0]) and _TOLD.match(soon[: match.start() + 1])
    return not (is_of_a_thing and _REQUEST.search(soon, match.end()))


def _asks_what_now(after: str) -> bool:
    last = after[-_LAST_WORDS:]
    match = _WHAT_NOW.search(last)
    return match is not None and not is_said_to_somebody(last, match.start())
