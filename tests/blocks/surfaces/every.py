"""Every surface in each of its states, by name."""

from tests.blocks.surfaces.calls import calls
from tests.blocks.surfaces.examples import Surface
from tests.blocks.surfaces.installing import installing_surfaces
from tests.blocks.surfaces.own_calls import own_calls
from tests.blocks.surfaces.policy import policy_surfaces
from tests.blocks.surfaces.seldom import seldom_seen
from tests.blocks.surfaces.settings import settings_surfaces
from tests.blocks.surfaces.ways_in import CLOSED, ways_in


def surfaces() -> dict[str, Surface]:
    """Return every surface in each of its states, by its name."""
    return dict(
        [
            *calls(),
            *ways_in(),
            *own_calls(),
            *policy_surfaces(),
            *settings_surfaces(),
            *installing_surfaces(),
            *seldom_seen(CLOSED),
        ]
    )
