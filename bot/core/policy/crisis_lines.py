"""The crisis lines that are never called, each with where its number is published. Pure.

Short numbers are given with the calling codes of the countries in which they are dialed; the
harmonized European numbers of social value (Commission Decision 2007/116/EC) hold in all of Europe.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Helpline:
    """A crisis line: what is dialed within its countries, without a trunk prefix."""

    name: str
    calling_codes: tuple[int, ...]
    national: str
    source: str


# World zones 3 and 4 are Europe's (ITU-T E.164, list of assigned country codes).
EUROPE: Final = (
    *(30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49),
    *(350, 351, 352, 353, 354, 355, 356, 357, 358, 359),
    *(370, 371, 372, 373, 374, 375, 376, 377, 378, 380, 381, 382, 383, 385, 386, 387, 389),
    *(420, 421, 423),
)
_EU: Final = "Commission Decision 2007/116/EC"

LINES: Final = (
    Helpline("the hotline for missing children", EUROPE, "116000", _EU),
    Helpline("the helpline for victims of crime", EUROPE, "116006", _EU),
    Helpline("the child helpline", EUROPE, "116111", _EU),
    Helpline("the medical on-call service", EUROPE, "116117", _EU),
    Helpline("the emotional support helpline", EUROPE, "116123", _EU),
    # North America
    Helpline("the 988 Suicide & Crisis Lifeline", (1,), "988", "47 CFR 52.200; 988lifeline.org"),
    Helpline("the 988 Suicide & Crisis Lifeline", (1,), "8002738255", "988lifeline.org"),
    Helpline("the Trevor Project", (1,), "8664887386", "thetrevorproject.org"),
    Helpline("the Domestic Violence Hotline", (1,), "8007997233", "thehotline.org"),
    Helpline("the Sexual Assault Hotline", (1,), "8006564673", "rainn.org"),
    Helpline("the Childhelp hotline", (1,), "8004224453", "childhelphotline.org"),
    Helpline("the Human Trafficking Hotline", (1,), "8883737888", "humantraffickinghotline.org"),
    Helpline("the Disaster Distress Helpline", (1,), "8009855990", "samhsa.gov"),
    Helpline("the SAMHSA helpline", (1,), "8006624357", "samhsa.gov"),
    Helpline("Poison Control", (1,), "8002221222", "poisonhelp.hrsa.gov"),
    Helpline("Kids Help Phone", (1,), "8006686868", "kidshelpphone.ca"),
    Helpline("the Suicide Crisis Helpline", (1,), "8334564566", "988.ca"),
    Helpline("the Hope for Wellness Helpline", (1,), "8552423310", "hopeforwellness.ca"),
    Helpline("Línea de la Vida", (52,), "8009112000", "gob.mx/conadic"),
    # South America
    Helpline("the Centro de Asistencia al Suicida", (54,), "135", "asistenciaalsuicida.org.ar"),
    Helpline("the line against domestic violence", (54,), "144", "argentina.gob.ar/linea-144"),
    Helpline("the Centro de Valorização da Vida", (55,), "188", "cvv.org.br"),
    Helpline("the line for women", (55,), "180", "gov.br/mulheres/ligue180"),
    Helpline("the suicide prevention line", (56,), "4141", "minsal.cl"),
    Helpline("Línea 106", (57,), "106", "saludcapital.gov.co"),
    # Europe
    Helpline("the Telefonseelsorge", (49,), "8001110111", "telefonseelsorge.de"),
    Helpline("the Telefonseelsorge", (49,), "8001110222", "telefonseelsorge.de"),
    Helpline("the Nummer gegen Kummer", (49,), "8001110333", "nummergegenkummer.de"),
    Helpline("the Elterntelefon", (49,), "8001110550", "nummergegenkummer.de"),
    Helpline("the Hilfetelefon", (49,), "116016", "hilfetelefon.de"),
    Helpline("the Hilfetelefon", (49,), "8000116016", "hilfetelefon.de"),
    Helpline("the Telefonseelsorge", (43,), "142", "telefonseelsorge.at"),
    Helpline("Rat auf Draht", (43,), "147", "rataufdraht.at"),
    Helpline("the Frauenhelpline", (43,), "800222555", "frauenhelpline.at"),
    Helpline("Die Dargebotene Hand", (41,), "143", "143.ch"),
    Helpline("Pro Juventute", (41,), "147", "147.ch"),
    Helpline("Tox Info Suisse", (41,), "145", "toxinfo.ch"),
    Helpline("the suicide prevention line", (33,), "3114", "3114.fr"),
    Helpline("the line against violence", (33,), "3919", "arretonslesviolences.gouv.fr"),
    Helpline("the line for endangered children", (33,), "119", "allo119.gouv.fr"),
    Helpline("Childline", (44,), "8001111", "childline.org.uk"),
    Helpline("Papyrus HOPELINE247", (44,), "8000684141", "papyrus-uk.org"),
    Helpline("the Campaign Against Living Miserably", (44,), "800585858", "thecalmzone.net"),
    Helpline("the Domestic Abuse Helpline", (44,), "8082000247", "nationaldahelpline.org.uk"),
    Helpline("NHS 111", (44,), "111", "nhs.uk/111"),
    Helpline("Pieta", (353,), "1800247247", "pieta.ie"),
    Helpline("Childline", (353,), "1800666666", "childline.ie"),
    Helpline("113 Zelfmoordpreventie", (31,), "113", "113.nl"),
    Helpline("113 Zelfmoordpreventie", (31,), "8000113", "113.nl"),
    Helpline("the Zelfmoordlijn", (32,), "1813", "zelfmoord1813.be"),
    Helpline("Tele-Onthaal", (32,), "106", "tele-onthaal.be"),
    Helpline("Télé-Accueil", (32,), "107", "tele-accueil.be"),
    Helpline("the Centre de Prévention du Suicide", (32,), "80032123", "preventionsuicide.be"),
    Helpline("the suicide prevention line", (34,), "024", "sanidad.gob.es/linea024"),
    Helpline("the line against violence", (34,), "016", "violenciagenero.igualdad.gob.es"),
    Helpline("the Teléfono de la Esperanza", (34,), "717003717", "telefonodelaesperanza.org"),
    Helpline("SOS Voz Amiga", (351,), "213544545", "sosvozamiga.org"),
    Helpline("Telefono Azzurro", (39,), "19696", "azzurro.it"),
    Helpline("the line against violence", (39,), "1522", "1522.eu"),
    Helpline("Telefono Amico", (39,), "0223272327", "telefonoamico.it"),
    Helpline("Livslinien", (45,), "70201201", "livslinien.dk"),
    Helpline("the Mind self-harm line", (46,), "90101", "mind.se"),
    Helpline("the Mieli crisis line", (358,), "925250111", "mieli.fi"),
    Helpline("the crisis line for adults", (48,), "800702222", "centrumwsparcia.pl"),
    Helpline("the helpline for children", (7,), "8002000122", "telefon-doveria.ru"),
    # Asia
    Helpline("Tele-MANAS", (91,), "14416", "telemanas.mohfw.gov.in"),
    Helpline("Childline", (91,), "1098", "childlineindia.org"),
    Helpline("the Women Helpline", (91,), "181", "wcd.gov.in"),
    Helpline("the KIRAN helpline", (91,), "18005990019", "depwd.gov.in"),
    Helpline("Inochi no Denwa", (81,), "120783556", "inochinodenwa.org"),
    Helpline("Inochi no Denwa", (81,), "570783556", "inochinodenwa.org"),
    Helpline("the mental health hotline", (81,), "570064556", "mhlw.go.jp/mamorouyokokoro"),
    Helpline("the suicide prevention line", (82,), "109", "129.go.kr"),
    Helpline("the suicide prevention line", (82,), "1393", "129.go.kr"),
    Helpline("the mental health crisis line", (82,), "15770199", "ncmh.go.kr"),
    Helpline("the psychological support hotline", (86,), "12356", "nhc.gov.cn"),
    Helpline("the Ansin hotline", (886,), "1925", "mohw.gov.tw"),
    Helpline("Lifeline", (886,), "1995", "life1995.org.tw"),
    Helpline("the Samaritan Befrienders", (852,), "23892222", "sbhk.org.hk"),
    Helpline("The Samaritans", (852,), "28960000", "samaritans.org.hk"),
    Helpline("Samaritans of Singapore", (65,), "1767", "sos.org.sg"),
    Helpline("the mental health hotline", (66,), "1323", "dmh.go.th"),
    Helpline("the NCMH Crisis Hotline", (63,), "1553", "ncmh.gov.ph"),
    Helpline("Befrienders", (60,), "376272929", "befrienders.org.my"),
    Helpline("Eran", (972,), "1201", "eran.org.il"),
    # Africa and Oceania
    Helpline("the Suicide Crisis Helpline", (27,), "800567567", "sadag.org"),
    Helpline("Lifeline", (61,), "131114", "lifeline.org.au"),
    Helpline("the Kids Helpline", (61,), "1800551800", "kidshelpline.com.au"),
    Helpline("Beyond Blue", (61,), "1300224636", "beyondblue.org.au"),
    Helpline("the Suicide Call Back Service", (61,), "1300659467", "suicidecallbackservice.org.au"),
    Helpline("1800RESPECT", (61,), "1800737732", "1800respect.org.au"),
    Helpline("Need to Talk?", (64,), "1737", "1737.org.nz"),
    Helpline("Lifeline", (64,), "800543354", "lifeline.org.nz"),
    Helpline("the Suicide Crisis Helpline", (64,), "508828865", "lifeline.org.nz"),
    Helpline("Youthline", (64,), "800376633", "youthline.co.nz"),
)
