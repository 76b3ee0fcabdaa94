"""What is worked out of a number is remembered, since it is asked several times within seconds.

Only for a while: somebody who is forgotten is not to be found in memory either.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")

_clear: Final[list[Callable[[], None]]] = []


def remembered(most: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator: of so many arguments the function's values are remembered."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        cached = lru_cache(maxsize=most)(function)
        _clear.append(cached.cache_clear)
        return cast(Callable[P, R], cached)

    return decorate


def forget_remembered() -> None:
    """Forget all of it."""
    for clear in _clear:
        clear()
