"""Rule: kinds of numbers that are not called. Pure.

Source: REFUSED_NUMBER_TYPES; libphonenumber's metadata for the kinds; ITU-T E.164 and its list of
assigned country codes for those of no country: 808, 870, 878, 881, 882, 883, 888, 979. Of these
+800, the international freephone service, is called. That is asked before the kind, since satellite
phones are typed as mobile or VoIP. What cannot be told passes.
"""

from typing import Final

from bot.core.policy.decision import NumberType, RefusedNumberType
from bot.core.policy.number_facts import NumberFacts
from bot.core.policy.policy import Policy

_INTERNATIONAL_FREEPHONE: Final = 800


def refused_type(number: str, known: NumberFacts, policy: Policy) -> RefusedNumberType | None:
    """Return the kind for which the number is not called, or None."""
    of_no_country = known.is_of_no_country and known.calling_code != _INTERNATIONAL_FREEPHONE
    if of_no_country and NumberType.NO_COUNTRY in policy.refused_types:
        return RefusedNumberType(number, NumberType.NO_COUNTRY)
    if known.number_type in policy.refused_types:
        return RefusedNumberType(number, known.number_type)
    return None
