"""Rule: countries that are not called. Pure.

Source: COUNTRIES; libphonenumber's metadata, which tell regions that share a calling code apart
(US, CA, JM; GB, JE, GG, IM). A number that several of them share, such as +1 800, may be called if
one of them may. One that cannot be told apart may be called if all of its calling code may.
"""

import phonenumbers

from bot.core.policy.decision import RefusedCountry
from bot.core.policy.number_facts import NumberFacts
from bot.core.policy.policy import Policy


def refused_country(number: str, known: NumberFacts, policy: Policy) -> RefusedCountry | None:
    """Return the country for which the number is not called, or None."""
    if not policy.countries or known.region in policy.countries:
        return None
    possible = known.possible_regions
    if known.region is None:
        is_allowed = bool(possible) and policy.countries.issuperset(possible)
    else:
        is_allowed = any(
            phonenumbers.is_valid_number_for_region(known.parsed, region)
            for region in policy.countries.intersection(possible)
        )
    return None if is_allowed else RefusedCountry(number, known.region, known.calling_code)
