"""The methods of Slack's Web API for views: forms over the page, and the Home tab."""

import json
from collections.abc import Callable
from typing import Any, Final, Literal

from bot.demo.slack.api.refused import Refused, invalid
from bot.demo.slack.contents import Interaction, View
from bot.demo.slack.limits import VIEW_BYTES, problems_of_view
from bot.demo.slack.payloads import view_payload
from bot.demo.slack.people.fields import STACK_VIEWS
from bot.demo.slack.workspace import Workspace

_TRIGGER_ERRORS: Final = {
    "unknown": "invalid_trigger_id",
    "used": "exchanged_trigger_id",
    "expired": "expired_trigger_id",
}


class ViewMethods:
    """What each method does to the views of the workspace. None of them needs a scope."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.table: Final[dict[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
            "views.open": self._open,
            "views.push": self._push,
            "views.update": self._update,
            "views.publish": self._publish,
        }

    def _open(self, arguments: dict[str, Any]) -> dict[str, Any]:
        view = self._checked(arguments, "modal")
        interaction = self._interaction(arguments)
        opened = self._workspace.open_view(interaction.user, view, interaction.channel)
        return {"view": view_payload(self._workspace, opened)}

    def _push(self, arguments: dict[str, Any]) -> dict[str, Any]:
        view = self._checked(arguments, "modal")
        interaction = self._interaction(arguments)
        below = interaction.view
        if below is None or not below.open:
            raise Refused("not_found")
        if len(list(below.stack)) >= STACK_VIEWS:
            raise Refused("push_limit_reached")
        pushed = self._workspace.open_view(interaction.user, view, below.channel, below)
        return {"view": view_payload(self._workspace, pushed)}

    def _update(self, arguments: dict[str, Any]) -> dict[str, Any]:
        known = self._known(arguments)
        view = self._checked(arguments, known.payload["type"], known)
        self._require_hash(known, arguments)
        self._workspace.update_view(known, view)
        return {"view": view_payload(self._workspace, known)}

    def _publish(self, arguments: dict[str, Any]) -> dict[str, Any]:
        view = self._checked(arguments, "home")
        user = str(arguments.get("user_id"))
        if user not in self._workspace.people:
            raise invalid("invalid_arguments", ["invalid `user_id`"])
        if not self._workspace.home_tab_enabled:
            raise Refused("not_enabled")
        known = self._workspace.homes.get(user)
        if known is not None:
            self._require_hash(known, arguments)
        return {"view": view_payload(self._workspace, self._workspace.publish_home(user, view))}

    def _checked(
        self, arguments: dict[str, Any], kind: Literal["modal", "home"], known: View | None = None
    ) -> dict[str, Any]:
        """Return the view that is given, if Slack would take it as one of that kind."""
        view = arguments.get("view")
        problems = problems_of_view(view)
        if isinstance(view, dict) and view.get("type") != kind:
            problems.append(f"must be a {kind} [json-pointer:/view/type]")
        if problems or not isinstance(view, dict):
            raise invalid("invalid_arguments", problems)
        if len(json.dumps(view).encode()) > VIEW_BYTES:
            raise Refused("view_too_large")
        other = self._by_external_id(view.get("external_id"))
        if other is not None and other is not known:
            raise Refused("duplicate_external_id")
        return view

    def _interaction(self, arguments: dict[str, Any]) -> Interaction:
        interaction = self._workspace.triggers.use(str(arguments.get("trigger_id")))
        if isinstance(interaction, str):
            raise Refused(_TRIGGER_ERRORS[interaction])
        return interaction

    def _known(self, arguments: dict[str, Any]) -> View:
        view = self._workspace.views.get(str(arguments.get("view_id")))
        view = view or self._by_external_id(arguments.get("external_id"))
        if view is None or not (view.open or view in self._workspace.homes.values()):
            raise Refused("not_found")
        return view

    def _by_external_id(self, external_id: Any) -> View | None:
        for view in self._workspace.views.values():
            if external_id and view.open and view.payload.get("external_id") == external_id:
                return view
        return None

    def _require_hash(self, view: View, arguments: dict[str, Any]) -> None:
        if arguments.get("hash") not in (None, "", view.hash):
            raise Refused("hash_conflict")
