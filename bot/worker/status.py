"""Keeping a call's status message current."""

from dataclasses import replace
from typing import Final

import structlog

from bot.core.call import Call
from bot.core.errors import SlackError, SlackUnavailable, TokenRefused
from bot.slack.thread import Thread
from bot.storage.store import Store

# Whoever runs the bot can mend its token; until then Slack is asked seldom.
TOKEN_REFUSED_SECONDS: Final = 300.0

_log = structlog.get_logger(__name__)


class Status:
    """Brings the status message up to date, as far as Slack lets it."""

    def __init__(self, thread: Thread, store: Store) -> None:
        self._thread = thread
        self._store = store

    async def show(self, call: Call) -> tuple[Call, float]:
        """Return the call with what its status message shows now, and the seconds Slack asks for.

        A failure holds nothing up; what Slack refuses for good counts as shown.
        """
        if is_current(call):
            return call, 0.0
        try:
            await self._thread.update(call)
        except SlackUnavailable as error:
            _log.info("status message not updated", call=str(call.id), error=error.code)
            return call, error.retry_after or 0.0
        except TokenRefused as error:
            _log.warning("status message not updated", call=str(call.id), error=error.code)
            return call, TOKEN_REFUSED_SECONDS
        except SlackError as error:
            _log.warning("status message refused", call=str(call.id), error=error.code)
        # One that cannot be written would not be the next time either.
        except Exception:  # noqa: BLE001
            _log.exception("status message failed", call=str(call.id))
        return replace(call, shown=call.status_fingerprint), 0.0

    async def overtaken(self, call: Call) -> None:
        """Show what is true now, for a step that showed `call` and then had lost it.

        Its update may have landed after that of the step which knew more. Raises `StoreError`.
        """
        while (
            latest := await self._store.get(call.id)
        ) and latest.status_fingerprint != call.status_fingerprint:
            await self.show(replace(latest, shown=None))
            call = latest


def is_current(call: Call) -> bool:
    """Whether the status message shows what is true, or there is none."""
    return call.message_ts is None or call.shown == call.status_fingerprint
