"""What people see of a workspace's settings, and where no call can be made yet."""

from collections.abc import Iterator
from dataclasses import replace

from pydantic import SecretStr

from bot.blocks.messages.drafts import draft_message
from bot.blocks.messages.no_key import no_key
from bot.blocks.views.home import home_tab
from bot.blocks.views.notice import notice
from bot.blocks.views.settings import SAVED, checking_view, settings_form
from bot.blocks.words.settings_problems import problem_words
from bot.blocks.words.user_messages import not_done
from bot.core.draft import DraftKind
from bot.core.errors import (
    KeyNotTried,
    KeyRefused,
    NoCallCowKey,
    NotSettingsAdmin,
    SettingsChanged,
)
from bot.core.policy.decision import NumberType
from bot.core.policy.policy import CallingHours, Policy
from bot.core.settings_form import EntryProblem
from bot.core.workspace_settings import OwnSettings, SettingProblem, WorkspaceSettings
from tests.blocks.surfaces.examples import LINKS, Surface
from tests.builders import a_draft

_USUAL = WorkspaceSettings("US", frozenset({"UOPERATOR"}), Policy(), retention_days=90)
_OPEN = WorkspaceSettings(
    "US",
    frozenset(),
    Policy(
        refused_types=frozenset(),
        allow_guests=True,
        calls_per_person_per_hour=0,
        calls_per_person_per_day=0,
        calls_per_number_per_day=0,
        calls_per_day=0,
        hours=None,
    ),
    callcow_key=SecretStr("ck_live_all"),
)
_STRICT = replace(
    _USUAL,
    approval_channel="C1",
    policy=Policy(
        approval=True,
        approvers=frozenset({"UBOSS"}),
        countries=frozenset({"US", "CA"}),
        callers=frozenset({"UADA"}),
        days=frozenset(range(5)),
        refused_types=frozenset(NumberType),
    ),
)
_OWN = OwnSettings(
    region="DE",
    admins=frozenset({"UADA"}),
    hours=CallingHours(9 * 60, 18 * 60),
    days=frozenset(range(5)),
    countries=frozenset({"DE", "AT"}),
    refused_types=frozenset({NumberType.MOBILE}),
    allow_guests=False,
    callers=frozenset({"UADA", "UGRACE"}),
    calls_per_day=50,
    approval=True,
    approvers=frozenset({"UGRACE"}),
    approval_channel="C1",
    house_rules="Say at the start who is calling.",
    retention_days=30,
)


def settings_surfaces() -> Iterator[tuple[str, Surface]]:
    """Return each, by its name."""
    yield "settings: nothing set, no key", settings_form(_USUAL, OwnSettings())
    yield (
        "settings: all left open, all set",
        settings_form(_OPEN, _OWN, key_ending="4f2a", has_key=True),
    )
    yield "settings: a key that cannot be read", settings_form(_USUAL, _OWN, has_key=True)
    yield "settings: much settled", settings_form(_STRICT, OwnSettings(), takes_key=False)
    refused = {"callcow_key": not_done(KeyRefused("Invalid API key", status=401))}
    yield "settings: a key refused", settings_form(_OPEN, OwnSettings(), problems=refused)
    yield "settings: a key being tried", checking_view()
    yield "settings: saved", notice(SAVED)
    for problem in (*SettingProblem, *EntryProblem):
        words = problem_words("calls_per_day", problem, _USUAL)
        yield f"settings: error, {problem.name}", notice(words)
    for name in ("retention_days", "hours", "countries", "days", "callers"):
        words = problem_words(name, SettingProblem.BEYOND, _STRICT)
        yield f"settings: beyond, {name}", notice(words)
    for error in (
        NotSettingsAdmin(""),
        SettingsChanged(""),
        KeyNotTried("CallCow did not answer"),
    ):
        yield f"settings: told, {type(error).__name__}", notice(not_done(error))
    yield "no key: an admin", no_key(NoCallCowKey(frozenset()), can_enter=True)
    known = NoCallCowKey(frozenset({"UADA", "UGRACE"}))
    yield "no key: somebody else", no_key(known, can_enter=False)
    yield "no key: answer to a message", draft_message(a_draft(DraftKind.NO_KEY), "/call")
    yield "home: an admin", home_tab([], [], LINKS, "/call", is_admin=True)
    yield "home: no key", home_tab([], [], LINKS, "/call", has_key=False)
