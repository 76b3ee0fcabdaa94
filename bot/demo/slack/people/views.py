"""What people do in the views of an app: its forms, which lie over the page, and its Home tab."""

from collections.abc import Mapping
from typing import Any, Final

from bot.demo.slack import payloads as payloads
from bot.demo.slack.contents import Blocks, Interaction, View
from bot.demo.slack.delivery.reply import Reply
from bot.demo.slack.payloads import Payload
from bot.demo.slack.people.acting import Acting
from bot.demo.slack.people.actions import Chosen, action
from bot.demo.slack.people.fields import filled_in, require_complete, state_values, take_reply

_TROUBLE: Final = "We had some trouble connecting: {}"


class PeopleInViews(Acting):
    """The people of the workspace, before a form or the Home tab."""

    def home(self, user: str) -> View | None:
        """Return what the app has published in a person's Home tab."""
        return self.workspace.homes.get(user)

    async def open_home(self, user: str, tab: str = "home") -> Reply:
        """Open a tab of the app's conversation with a person: "home" or "messages"."""
        event: Payload = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.workspace.direct_message(user).id,
            "event_ts": self.workspace.timestamps.next(),
            "tab": tab,
        }
        home = self.home(user)
        if tab == "home" and home is not None:
            event["view"] = payloads.view_payload(self.workspace, home)
        return await self.event(event)

    async def press_in_home(self, user: str, action_id: str, value: Chosen = None) -> Reply:
        """Press a button in a person's Home tab, or choose that value in another element."""
        home = self.home(user)
        if home is None:
            raise LookupError(f"nothing is published for {user}")
        return await self.press_in_view(home, action_id, value)

    async def press_in_view(
        self,
        view: View | str,
        action_id: str,
        value: Chosen = None,
        values: Mapping[str, Any] | None = None,
        user: str | None = None,
    ) -> Reply:
        """Press a button in a view, or choose that value in another element.

        `values` are what else stands in its fields, as for `submit`.
        """
        view = self.workspace.views[view] if isinstance(view, str) else view
        interaction = Interaction(user or view.user, view.channel, view=view)
        view.problem = None
        blocks = payloads.with_ids(view.payload["blocks"])
        used = action(blocks, action_id, value, self.workspace.timestamps.next())
        others = {name: one for name, one in (values or {}).items() if name != used["block_id"]}
        fields = {**others, **filled_in(used, value)}
        state = state_values(blocks, fields, self.workspace.channels.get(view.channel or ""))
        payload = self._interaction("block_actions", interaction) | {
            "container": {"type": "view", "view_id": view.id},
            "view": payloads.view_payload(self.workspace, view, state),
            "actions": [used],
        }
        reply = await self._delivery.deliver("interactive", payload)
        return self._shown(reply, interaction, _TROUBLE)

    async def submit(
        self, view: View | str, values: Mapping[str, Any] | None = None, user: str | None = None
    ) -> Reply:
        """Submit a view, filled in by block_id or action_id; it may be submitted again.

        What is left out keeps its initial value. An option is given by its value, a date and time
        by its seconds. Raise ValueError for what Slack would not send.
        """
        view = self.workspace.views[view] if isinstance(view, str) else view
        interaction = Interaction(user or view.user, view.channel, view=view)
        view.errors, view.problem = {}, None
        blocks = payloads.with_ids(view.payload["blocks"])
        current = self.workspace.channels.get(view.channel or "")
        state = state_values(blocks, values or {}, current)
        require_complete(blocks, state)
        payload = self._interaction("view_submission", interaction) | {
            "view": payloads.view_payload(self.workspace, view, state),
            "response_urls": self._response_urls_of(interaction.user, blocks, state),
        }
        reply = await self._delivery.deliver("interactive", payload)
        problem = take_reply(self.workspace, view, reply)
        if problem != reply.problem:
            reply = reply.with_problem(problem)
        return self._shown(reply, interaction, _TROUBLE)

    async def close(self, view: View | str, *, all_of_them: bool = False) -> list[Reply]:
        """Close a view, which shows the one below it; or the whole stack, by its cross.

        Return the bot's replies, where it wanted to be told.
        """
        view = self.workspace.views[view] if isinstance(view, str) else view
        cleared = all_of_them or view.payload.get("clear_on_close", False)
        closed = list(view.stack) if cleared else [view]
        self.workspace.close_views(closed)
        replies = []
        for one in closed:
            if one.payload.get("notify_on_close"):
                payload = self._interaction("view_closed", Interaction(one.user, one.channel))
                del payload["trigger_id"]
                payload |= {
                    "view": payloads.view_payload(self.workspace, one),
                    "is_cleared": cleared,
                }
                replies.append(await self._delivery.deliver("interactive", payload))
        return replies

    def _response_urls_of(
        self, user: str, blocks: Blocks, state: Mapping[str, Any]
    ) -> list[Payload]:
        """Return the addresses for the conversations chosen in elements that ask for one."""
        found = []
        for block in blocks:
            element = block.get("element", {})
            if not element.get("response_url_enabled"):
                continue
            field = state[block["block_id"]][element["action_id"]]
            chosen = field.get("selected_conversation") or field.get("selected_channel")
            if chosen:
                found.append(
                    {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "channel_id": chosen,
                        "response_url": self._response_url(Interaction(user, chosen)),
                    }
                )
        return found
