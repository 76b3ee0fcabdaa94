"""Slack's OAuth: somebody lets the app in on a page, and it exchanges the code that they bring."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web

from bot.demo.slack.api.refused import Refused
from bot.demo.slack.app import App
from bot.demo.slack.clock import Clock, Grants
from bot.demo.slack.oauth.consent import Choice, consent_page, error_page
from bot.demo.slack.workspace import APP, BOT_USER, Workspace

_CODE_SECONDS: Final = 600
_CODE_ERRORS: Final = {
    "unknown": "invalid_code",
    "used": "code_already_used",
    "expired": "invalid_code",
}


@dataclass(frozen=True)
class _Consent:
    """What somebody has agreed to; `redirect_uri` is None where the app named none."""

    user: str
    workspaces: tuple[Workspace, ...]
    org_wide: bool
    scopes: tuple[str, ...]
    redirect_uri: str | None


class OAuth:
    """Serves the consent page, and exchanges the codes that come of it for bot tokens."""

    def __init__(self, app: App, clock: Clock) -> None:
        self._app = app
        self._codes: Grants[_Consent] = Grants(clock, seconds=_CODE_SECONDS, uses=1)

    async def ask(self, request: web.Request) -> web.Response:
        """Show to somebody what the app asks for, and where they can let it in."""
        problem = self._problem(request.query)
        if problem:
            return error_page(problem)
        scopes = _list(request.query["scope"])
        return consent_page(scopes, self._choices(), request.query.get("team"))

    async def answer(self, request: web.Request) -> web.Response:
        """Send somebody back to the app with what they chose: a code, or that they said no.

        They are somebody of the workspace chosen, its admin if it has one, or the `user` given.
        """
        problem = self._problem(request.query)
        if problem:
            return error_page(problem)
        form = await request.post()
        back = {"state": request.query.get("state", "")}
        if form.get("decision") != "allow":
            return self._back(request, {"error": "access_denied", **back})
        chosen = str(form.get("workspace"))
        workspaces = self._app.chosen(chosen)
        if not workspaces:
            return error_page("There is no such workspace.")
        people = workspaces[0].people.values()
        admin = next((one for one in people if one.is_admin), next(iter(people)))
        consent = _Consent(
            user=str(form.get("user", admin.id)),
            workspaces=workspaces,
            org_wide=chosen == workspaces[0].enterprise,
            scopes=tuple(_list(request.query["scope"])),
            redirect_uri=request.query.get("redirect_uri"),
        )
        return self._back(request, {"code": self._codes.grant(consent), **back})

    def access(self, request: web.Request, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `oauth.v2.access`: install the app, and tell the token that it has there."""
        client_id, client_secret = _credentials(request, arguments)
        if client_id != self._app.client_id:
            raise Refused("invalid_client_id")
        if client_secret != self._app.client_secret:
            raise Refused("bad_client_secret")
        if arguments.get("grant_type", "authorization_code") != "authorization_code":
            raise Refused("invalid_grant_type")
        consent = self._codes.use(str(arguments.get("code")))
        if isinstance(consent, str):
            raise Refused(_CODE_ERRORS[consent])
        if arguments.get("redirect_uri") != consent.redirect_uri:
            raise Refused("bad_redirect_uri")
        workspaces = consent.workspaces
        token = self._app.install(workspaces, consent.scopes, org_wide=consent.org_wide)
        one = workspaces[0]
        team = None if consent.org_wide else {"id": one.id, "name": one.name}
        enterprise = {"id": one.enterprise, "name": one.enterprise_name}
        return {
            "access_token": token,
            "token_type": "bot",
            "scope": ",".join(sorted(one.scopes)),
            "bot_user_id": BOT_USER,
            "app_id": APP,
            "team": team,
            "enterprise": enterprise if one.enterprise else None,
            "is_enterprise_install": consent.org_wide,
            "authed_user": {"id": consent.user},
        }

    def _problem(self, query: Mapping[str, str]) -> str | None:
        """Return what Slack says of a wrong address, which leads back nowhere."""
        if query.get("client_id") != self._app.client_id:
            return "Invalid client_id parameter"
        if not _list(query.get("scope", "")):
            return "Invalid permissions requested: no_scopes"
        redirect_uri = query.get("redirect_uri")
        if redirect_uri and not redirect_uri.startswith(tuple(self._app.redirect_urls)):
            return "redirect_uri did not match any configured URIs"
        return None if self._app.redirect_urls else "No redirect URL is configured"

    def _choices(self) -> list[Choice]:
        """Return each workspace, and each organization as a whole."""
        workspaces = self._app.workspaces
        organizations = {one.enterprise: one.enterprise_name for one in workspaces}
        return [Choice(one.id, one.name, one.is_installed) for one in workspaces] + [
            Choice(enterprise, name or "", is_installed=False)
            for enterprise, name in organizations.items()
            if enterprise
        ]

    def _back(self, request: web.Request, parameters: Mapping[str, str]) -> web.Response:
        address = request.query.get("redirect_uri") or self._app.redirect_urls[0]
        joint = "&" if "?" in address else "?"
        location = f"{address}{joint}{urlencode(parameters)}"
        return web.Response(status=302, headers={"Location": location})


def _list(text: str) -> list[str]:
    return [part for part in text.replace(" ", ",").split(",") if part]


def _credentials(request: web.Request, arguments: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the id and the secret of the app, from where Slack advises them to be, or not."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return arguments.get("client_id"), arguments.get("client_secret")
    try:
        client_id, _, secret = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return None, None
    return client_id, secret
