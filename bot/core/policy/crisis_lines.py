"""The crisis lines that are never called, each with where its number is published. Pure.

Short numbers are given with the calling codes of the countries in which they are dialed; the
harmonized European numbers of social value (Commission Decision 2007/116/EC) hold in all of Europe.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Line:
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
    Line("the hotline for missing children", EUROPE, "116000", _EU),
    Line("the helpline for victims of crime", EUROPE, "116006", _EU),
    Line("the child helpline", EUROPE, "116111", _EU),
    Line("the medical on-call service", EUROPE, "116117", _EU),
    Line("the emotional support helpline", EUROPE, "116123", _EU),
    # North America
    Line("the 988 Suicide & Crisis Lifeline", (1,), "988", "47 CFR 52.200; 988lifeline.org"),
    Line("the 988 Suicide & Crisis Lifeline", (1,), "8002738255", "988lifeline.org"),
    Line("the Trevor Project", (1,), "8664887386", "thetrevorproject.org"),
    Line("the Domestic Violence Hotline", (1,), "8007997233", "thehotline.org"),
    Line("the Sexual Assault Hotline", (1,), "8006564673", "rainn.org"),
    Line("the Childhelp hotline", (1,), "8004224453", "childhelphotline.org"),
    Line("the Human Trafficking Hotline", (1,), "8883737888", "humantraffickinghotline.org"),
    Line("the Disaster Distress Helpline", (1,), "8009855990", "samhsa.gov"),
    Line("the SAMHSA helpline", (1,), "8006624357", "samhsa.gov"),
    Line("Poison Control", (1,), "8002221222", "poisonhelp.hrsa.gov"),
    Line("Kids Help Phone", (1,), "8006686868", "kidshelpphone.ca"),
    Line("the Suicide Crisis Helpline", (1,), "8334564566", "988.ca"),
    Line("the Hope for Wellness Helpline", (1,), "8552423310", "hopeforwellness.ca"),
    Line("Línea de la Vida", (52,), "8009112000", "gob.mx/conadic"),
    # South America
    Line("the Centro de Asistencia al Suicida", (54,), "135", "asistenciaalsuicida.org.ar"),
    Line("the line against domestic violence", (54,), "144", "argentina.gob.ar/linea-144"),
    Line("the Centro de Valorização da Vida", (55,), "188", "cvv.org.br"),
    Line("the line for women", (55,), "180", "gov.br/mulheres/ligue180"),
    Line("the suicide prevention line", (56,), "4141", "minsal.cl"),
    Line("Línea 106", (57,), "106", "saludcapital.gov.co"),
    # Europe
    Line("the Telefonseelsorge", (49,), "8001110111", "telefonseelsorge.de"),
    Line("the Telefonseelsorge", (49,), "8001110222", "telefonseelsorge.de"),
    Line("the Nummer gegen Kummer", (49,), "8001110333", "nummergegenkummer.de"),
    Line("the Elterntelefon", (49,), "8001110550", "nummergegenkummer.de"),
    Line("the Hilfetelefon", (49,), "116016", "hilfetelefon.de"),
    Line("the Hilfetelefon", (49,), "8000116016", "hilfetelefon.de"),
    Line("the Telefonseelsorge", (43,), "142", "telefonseelsorge.at"),
    Line("Rat auf Draht", (43,), "147", "rataufdraht.at"),
    Line("the Frauenhelpline", (43,), "800222555", "frauenhelpline.at"),
    Line("Die Dargebotene Hand", (41,), "143", "143.ch"),
    Line("Pro Juventute", (41,), "147", "147.ch"),
    Line("Tox Info Suisse", (41,), "145", "toxinfo.ch"),
    Line("the suicide prevention line", (33,), "3114", "3114.fr"),
    Line("the line against violence", (33,), "3919", "arretonslesviolences.gouv.fr"),
    Line("the line for endangered children", (33,), "119", "allo119.gouv.fr"),
    Line("Childline", (44,), "8001111", "childline.org.uk"),
    Line("Papyrus HOPELINE247", (44,), "8000684141", "papyrus-uk.org"),
    Line("the Campaign Against Living Miserably", (44,), "800585858", "thecalmzone.net"),
    Line("the Domestic Abuse Helpline", (44,), "8082000247", "nationaldahelpline.org.uk"),
    Line("NHS 111", (44,), "111", "nhs.uk/111"),
    Line("Pieta", (353,), "1800247247", "pieta.ie"),
    Line("Childline", (353,), "1800666666", "childline.ie"),
    Line("113 Zelfmoordpreventie", (31,), "113", "113.nl"),
    Line("113 Zelfmoordpreventie", (31,), "8000113", "113.nl"),
    Line("the Zelfmoordlijn", (32,), "1813", "zelfmoord1813.be"),
    Line("Tele-Onthaal", (32,), "106", "tele-onthaal.be"),
    Line("Télé-Accueil", (32,), "107", "tele-accueil.be"),
    Line("the Centre de Prévention du Suicide", (32,), "80032123", "preventionsuicide.be"),
    Line("the suicide prevention line", (34,), "024", "sanidad.gob.es/linea024"),
    Line("the line against violence", (34,), "016", "violenciagenero.igualdad.gob.es"),
    Line("the Teléfono de la Esperanza", (34,), "717003717", "telefonodelaesperanza.org"),
    Line("SOS Voz Amiga", (351,), "213544545", "sosvozamiga.org"),
    Line("Telefono Azzurro", (39,), "19696", "azzurro.it"),
    Line("the line against violence", (39,), "1522", "1522.eu"),
    Line("Telefono Amico", (39,), "0223272327", "telefonoamico.it"),
    Line("Livslinien", (45,), "70201201", "livslinien.dk"),
    Line("the Mind self-harm line", (46,), "90101", "mind.se"),
    Line("the Mieli crisis line", (358,), "925250111", "mieli.fi"),
    Line("the crisis line for adults", (48,), "800702222", "centrumwsparcia.pl"),
    Line("the helpline for children", (7,), "8002000122", "telefon-doveria.ru"),
    # Asia
    Line("Tele-MANAS", (91,), "14416", "telemanas.mohfw.gov.in"),
    Line("Childline", (91,), "1098", "childlineindia.org"),
    Line("the Women Helpline", (91,), "181", "wcd.gov.in"),
    Line("the KIRAN helpline", (91,), "18005990019", "depwd.gov.in"),
    Line("Inochi no Denwa", (81,), "120783556", "inochinodenwa.org"),
    Line("Inochi no Denwa", (81,), "570783556", "inochinodenwa.org"),
    Line("the mental health hotline", (81,), "570064556", "mhlw.go.jp/mamorouyokokoro"),
    Line("the suicide prevention line", (82,), "109", "129.go.kr"),
    Line("the suicide prevention line", (82,), "1393", "129.go.kr"),
    Line("the mental health crisis line", (82,), "15770199", "ncmh.go.kr"),
    Line("the psychological support hotline", (86,), "12356", "nhc.gov.cn"),
    Line("the Ansin hotline", (886,), "1925", "mohw.gov.tw"),
    Line("Lifeline", (886,), "1995", "life1995.org.tw"),
    Line("the Samaritan Befrienders", (852,), "23892222", "sbhk.org.hk"),
    Line("The Samaritans", (852,), "28960000", "samaritans.org.hk"),
    Line("Samaritans of Singapore", (65,), "1767", "sos.org.sg"),
    Line("the mental health hotline", (66,), "1323", "dmh.go.th"),
    Line("the NCMH Crisis Hotline", (63,), "1553", "ncmh.gov.ph"),
    Line("Befrienders", (60,), "376272929", "befrienders.org.my"),
    Line("Eran", (972,), "1201", "eran.org.il"),
    # Africa and Oceania
    Line("the Suicide Crisis Helpline", (27,), "800567567", "sadag.org"),
    Line("Lifeline", (61,), "131114", "lifeline.org.au"),
    Line("the Kids Helpline", (61,), "1800551800", "kidshelpline.com.au"),
    Line("Beyond Blue", (61,), "1300224636", "beyondblue.org.au"),
    Line("the Suicide Call Back Service", (61,), "1300659467", "suicidecallbackservice.org.au"),
    Line("1800RESPECT", (61,), "1800737732", "1800respect.org.au"),
    Line("Need to Talk?", (64,), "1737", "1737.org.nz"),
    Line("Lifeline", (64,), "800543354", "lifeline.org.nz"),
    Line("the Suicide Crisis Helpline", (64,), "508828865", "lifeline.org.nz"),
    Line("Youthline", (64,), "800376633", "youthline.co.nz"),
)
