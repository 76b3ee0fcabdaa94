"""What all that people do in the workspace has in common: how it reaches the bot, and trouble."""

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import uuid4

from bot.demo.slack import payloads as payloads
from bot.demo.slack.contents import Interaction
from bot.demo.slack.delivery.delivery import Delivery
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.payloads import Payload
from bot.demo.slack.workspace import Workspace


class Acting:
    """Brings doings in a workspace to the bot, and shows to people what goes wrong."""

    def __init__(
        self,
        workspace: Workspace,
        delivery: Delivery,
        address: Callable[[], str],
        events: Collection[str] | None = None,
    ) -> None:
        self.workspace = workspace
        self._delivery = delivery
        self._address = address
        self._events = events

    async def event(
        self,
        event: Mapping[str, Any],
        event_id: str | None = None,
        retry_num: int | None = None,
        *,
        team: str | None = None,
    ) -> Reply:
        """Send an event; with `retry_num`, as if an earlier attempt had failed.

        One that the app is not subscribed to reaches nobody, which is as well.
        """
        if self._events is not None and _subscription(event) not in self._events:
            return Reply(200, "", 0)
        event_id = event_id or f"Ev{uuid4().hex[:10].upper()}"
        payload = payloads.event_callback(self.workspace, event, event_id, team)
        return await self._delivery.deliver("events_api", payload, retry_num)

    def _interaction(self, kind: str, interaction: Interaction) -> Payload:
        trigger_id = self.workspace.triggers.grant(interaction)
        person = self.workspace.people[interaction.user]
        return payloads.interaction(self.workspace, kind, person, trigger_id)

    def _response_url(self, interaction: Interaction) -> str:
        return f"{self._address()}/response/{self.workspace.response_urls.grant(interaction)}"

    def _shown(self, reply: Reply, interaction: Interaction, words: str) -> Reply:
        """Show to a person what came of it, if that is a problem: in the view, if it was there."""
        if reply.problem is None:
            return reply
        text, view = words.format(reply.problem), interaction.view
        if view is not None:
            view.problem = text
            self.workspace.changes.notify()
            return reply
        place = interaction.channel or self.workspace.direct_message(interaction.user).id
        thread_ts = interaction.message.thread_ts if interaction.message else None
        self.workspace.whisper(place, interaction.user, text, by_slack=True, thread_ts=thread_ts)
        return reply


def _subscription(event: Mapping[str, Any]) -> str:
    """Return what an app subscribes to for that event: `message.im` is one of type `message`."""
    kind = event.get("channel_type")
    return f"{event['type']}.{kind}" if kind else str(event["type"])
