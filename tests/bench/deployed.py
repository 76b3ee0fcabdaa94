"""`python -m tests.bench.deployed …`: the bot as it is deployed, without what the tests install.

structlog and httpx load these libraries wherever they are installed, 9 MB of them.
"""

import sys

sys.modules.update(dict.fromkeys(("click", "pygments", "rich")))  # type: ignore[arg-type]

from bot.__main__ import main  # noqa: E402 - after what is not to be loaded

if __name__ == "__main__":
    sys.exit(main())
