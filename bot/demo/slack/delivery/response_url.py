"""The address by which a bot may answer an interaction for half an hour."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from bot.demo.faults import Faults
from bot.demo.slack.clock import Clock
from bot.demo.slack.contents import Interaction, Message
from bot.demo.slack.limits import problems_of_message
from bot.demo.slack.workspace import BOT_USER, Workspace

_OTHER_CODES: Final = {"used": "used_url", "expired": "expired_url"}


@dataclass(frozen=True)
class Answered:
    """What the bot posted, at which time, and what was wrong with it, if anything."""

    answer: Any
    at: float
    problem: str | None


class ResponseUrls:
    """Serves /response/{token} and keeps a record of what came."""

    def __init__(self, workspaces: Sequence[Workspace], clock: Clock, faults: Faults) -> None:
        self.answered: list[Answered] = []
        self._workspaces = workspaces
        self._clock = clock
        self._faults = faults

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer a request, or spoil it as a fault named "response_url" wants."""

        # Read now: after a fault's hold, the bot may have gone away with the rest of it.
        body = await request.text()

        async def handle() -> web.StreamResponse:
            return self._respond(request.match_info["token"], body)

        return await self._faults.serve("response_url", request, handle)

    def _respond(self, token: str, body: str) -> web.Response:
        try:
            answer = json.loads(body)
        except json.JSONDecodeError:
            answer = None
        status, problem = self._take(token, answer)
        self.answered.append(Answered(answer, self._clock(), problem))
        self._workspaces[0].changes.notify()
        return web.Response(status=status, text=problem or "ok")

    def _take(self, token: str, answer: Any) -> tuple[int, str | None]:
        if not isinstance(answer, dict):
            return 400, "invalid_payload"
        for workspace in self._workspaces:
            interaction = workspace.response_urls.use(token)
            if interaction == "unknown":
                continue
            if isinstance(interaction, str):
                return 404, _OTHER_CODES[interaction]
            problem = respond(workspace, interaction, answer)
            return (400, problem) if problem else (200, None)
        return 404, "no_service"


def respond(
    workspace: Workspace, interaction: Interaction, answer: Mapping[str, Any]
) -> str | None:
    """Show a bot's answer to an interaction; return what is wrong with it, if anything.

    It is for the one person, unless its response_type is `in_channel`.
    """
    original = interaction.message
    if answer.get("delete_original"):
        if original:
            workspace.delete(original)
        return None
    text, blocks = answer.get("text", ""), answer.get("blocks") or []
    problems = problems_of_message(blocks, text)
    if problems:
        return f"invalid_blocks: {'; '.join(problems)}" if text or blocks else "no_text"
    if answer.get("replace_original") and original:
        if isinstance(original, Message):
            workspace.edit(original, text, blocks)
        else:
            original.text, original.blocks = text, blocks
            workspace.changes.notify()
        return None
    channel, thread_ts = interaction.channel or "", answer.get("thread_ts")
    if answer.get("response_type") == "in_channel":
        workspace.post(channel, BOT_USER, text, blocks=blocks, thread_ts=thread_ts)
    else:
        workspace.whisper(channel, interaction.user, text, blocks=blocks, thread_ts=thread_ts)
    return None
