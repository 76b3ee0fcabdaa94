"""The settings: what has a default, what is refused, and that no secret ever shows."""

import re
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr, ValidationError

from bot.core.errors import InvalidSettings
from bot.core.policy.decision import NumberType
from bot.core.policy.policy import CallingHours, Policy
from bot.core.workspace_settings import OwnSettings, narrowed
from bot.settings import Settings

HTTP_MODE: Final = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_SIGNING_SECRET": "signing",
    "CALLCOW_API_KEY": "ck_live_1",
}
SOCKET_MODE: Final = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "CALLCOW_API_KEY": "ck_live_1",
}
EVERY_NAME: Final = [name.upper() for name in Settings.model_fields]
EXAMPLE: Final = Path(__file__).parents[1] / ".env.example"
SECRET: Final = "hunter2"


class Environment:
    """The environment of a test: no setting but those that it is given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def load(self, base: Mapping[str, str] = HTTP_MODE, /, **variables: str) -> Settings:
        """Return the settings that these variables make."""
        for name in EVERY_NAME:
            self._monkeypatch.delenv(name, raising=False)
        for name, value in {**base, **variables}.items():
            self._monkeypatch.setenv(name, value)
        return Settings.load()

    def problems(self, base: Mapping[str, str] = HTTP_MODE, /, **variables: str) -> list[str]:
        """Return what is wrong with these variables."""
        with pytest.raises(InvalidSettings) as refused:
            self.load(base, **variables)
        return refused.value.problems


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Environment:
    return Environment(monkeypatch)


# Defaults


def test_three_secrets_are_enough(environment: Environment) -> None:
    settings = environment.load()

    assert settings.slack_bot_token == SecretStr("xoxb-1")
    assert settings.slack_signing_secret == SecretStr("signing")
    assert settings.callcow_api_key == SecretStr("ck_live_1")


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("slack_app_token", None),
        ("slack_api_url", "https://slack.com/api/"),
        ("slack_command", "/call"),
        ("callcow_base_url", "https://www.callcow.ai/api"),
        ("callcow_status_path", "/calls/{call_id}"),
        ("callcow_rate_per_minute", 60),
        ("public_url", None),
        ("database_url", SecretStr("sqlite+aiosqlite:///ringback.db")),
        ("migrate_at_start", True),
        ("default_region", "US"),
        ("listen_host", "0.0.0.0"),
        ("admin_host", "127.0.0.1"),
        ("admin_port", None),
        ("port", 3000),
        ("poll_after", 120),
        ("result_timeout", 7200),
        ("lease", 60),
        ("dial_retry_after", 60),
        ("drain_seconds", 0),
        ("log_level", "INFO"),
        ("log_format", "console"),
    ],
)
def test_the_rest_has_a_default(environment: Environment, name: str, default: object) -> None:
    assert getattr(environment.load(), name) == default


def test_an_empty_variable_counts_as_unset(environment: Environment) -> None:
    settings = environment.load(PORT="", PUBLIC_URL="", SLACK_APP_TOKEN="")

    assert settings.port == 3000
    assert settings.public_url is None
    assert settings.slack_app_token is None


def test_every_variable_has_a_line_of_meaning() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_the_variables_are_those_of_the_design() -> None:
    assert sorted(EVERY_NAME) == [
        "ADMIN_HOST",
        "ADMIN_PORT",
        "ADMIN_USERS",
        "ALLOW_GUESTS",
        "APPROVAL",
        "APPROVAL_CHANNEL",
        "APPROVERS",
        "AUDIT_DAYS",
        "CALLCOW_API_KEY",
        "CALLCOW_BASE_URL",
        "CALLCOW_RATE_PER_MINUTE",
        "CALLCOW_STATUS_PATH",
        "CALLERS",
        "CALLING_DAYS",
        "CALLING_HOURS",
        "CALLING_HOURS_BY_COUNTRY",
        "CALLS_PER_DAY",
        "CALLS_PER_NUMBER_PER_DAY",
        "CALLS_PER_PERSON_PER_DAY",
        "CALLS_PER_PERSON_PER_HOUR",
        "COUNTRIES",
        "DATABASE_URL",
        "DEFAULT_REGION",
        "DIALING",
        "DIAL_RETRY_AFTER",
        "DRAIN_SECONDS",
        "ENCRYPTION_KEYS",
        "HOST",
        "HOUSE_RULES",
        "LEASE",
        "LOG_FORMAT",
        "LOG_LEVEL",
        "MIGRATE_AT_START",
        "POLL_AFTER",
        "PORT",
        "PUBLIC_URL",
        "REFUSED_NUMBER_TYPES",
        "RESULT_TIMEOUT",
        "RETENTION_DAYS",
        "SECRETS_DIR",
        "SLACK_API_URL",
        "SLACK_APP_TOKEN",
        "SLACK_BOT_TOKEN",
        "SLACK_CLIENT_ID",
        "SLACK_CLIENT_SECRET",
        "SLACK_COMMAND",
        "SLACK_SIGNING_SECRET",
    ]


def test_the_example_file_names_exactly_the_variables() -> None:
    named = re.findall(
        r"^(?:# )?([A-Z][A-Z_]*)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert sorted(named) == sorted(EVERY_NAME)


# Many workspaces


MANY_WORKSPACES: Final = {
    "SLACK_CLIENT_ID": "1234.5678",
    "SLACK_CLIENT_SECRET": "hush",
    "SLACK_SIGNING_SECRET": "signing",
    "CALLCOW_API_KEY": "ck_live_1",
    "PUBLIC_URL": "https://bot.example.com",
    "ENCRYPTION_KEYS": "2k1Bqz8cVQ9mS5bYdJxW3pTn7RuLhXeCaGoFiKyZvE0=",
}


def test_a_client_id_takes_the_place_of_the_bot_token(environment: Environment) -> None:
    settings = environment.load(MANY_WORKSPACES)

    assert settings.has_many_workspaces
    assert settings.slack_bot_token is None
    assert "hush" in settings.secrets
    assert not environment.load().has_many_workspaces


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        (
            {"SLACK_BOT_TOKEN": "xoxb-1"},
            "SLACK_BOT_TOKEN: is not used with SLACK_CLIENT_ID: unset one of them",
        ),
        (
            {"SLACK_APP_TOKEN": "xapp-1"},
            "SLACK_APP_TOKEN: is not used with SLACK_CLIENT_ID: unset one of them",
        ),
        (
            {"SLACK_CLIENT_SECRET": ""},
            "SLACK_CLIENT_SECRET: goes with the client id: set both, or neither",
        ),
        (
            {"SLACK_CLIENT_ID": "", "SLACK_BOT_TOKEN": "xoxb-1"},
            "SLACK_CLIENT_SECRET: goes with SLACK_CLIENT_ID: set both, or neither",
        ),
        (
            {"PUBLIC_URL": ""},
            "PUBLIC_URL: is missing: with SLACK_CLIENT_ID, Slack leads people back to it",
        ),
        (
            {"ENCRYPTION_KEYS": ""},
            "ENCRYPTION_KEYS: is missing: with SLACK_CLIENT_ID, each workspace's token is kept "
            "encrypted; `ringback new-key` prints a key",
        ),
        (
            {"SLACK_CLIENT_ID": "xoxb-1"},
            "SLACK_CLIENT_ID: is not a client id, such as 1234567890.1234567890",
        ),
        ({"SLACK_SIGNING_SECRET": ""}, "SLACK_SIGNING_SECRET: is missing; set it"),
    ],
)
def test_what_does_not_go_with_many_workspaces_is_told_in_one_line(
    environment: Environment, changed: dict[str, str], problem: str
) -> None:
    assert environment.problems(MANY_WORKSPACES, **changed) == [problem]


def test_who_is_named_in_the_environment_is_named_for_each_of_many_workspaces(
    environment: Environment,
) -> None:
    operator = environment.load(
        MANY_WORKSPACES,
        APPROVAL="all",
        ADMIN_USERS="U1AA",
        APPROVERS="U2AA",
        APPROVAL_CHANNEL="C1AA",
    ).of_operator

    workspace = narrowed(operator, OwnSettings(admins=frozenset({"U3AA"})))

    assert workspace.admins == {"U1AA", "U3AA"}
    assert workspace.policy.approvers == {"U2AA"}
    assert workspace.approval_channel == "C1AA"


def test_each_of_many_workspaces_chooses_who_approves_and_where(environment: Environment) -> None:
    operator = environment.load(MANY_WORKSPACES, APPROVAL="all").of_operator
    chosen = OwnSettings(approvers=frozenset({"U1AA"}), approval_channel="C1AA")

    before, after = narrowed(operator, OwnSettings()), narrowed(operator, chosen)

    assert (before.policy.approval, before.policy.approvers) == (True, frozenset())
    assert after.policy.approvers == {"U1AA"}
    assert after.approval_channel == "C1AA"


@pytest.mark.parametrize(
    ("api", "page"),
    [
        ("https://slack.com/api/", "https://slack.com/oauth/v2/authorize"),
        ("https://slack-gov.com/api", "https://slack-gov.com/oauth/v2/authorize"),
        ("http://127.0.0.1:3001/api/", "http://127.0.0.1:3001/oauth/v2/authorize"),
        ("https://relay.example.com/slack/", "https://slack.com/oauth/v2/authorize"),
    ],
)
def test_people_are_led_to_the_page_of_the_slack_that_is_meant(
    environment: Environment, api: str, page: str
) -> None:
    settings = environment.load(MANY_WORKSPACES, SLACK_API_URL=api)

    assert settings.slack_authorize_url == page


# Where they are read from


def test_settings_are_read_from_a_file_beside_the_environment(
    environment: Environment, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("PORT=4000\nSLACK_COMMAND=/ringback\n", encoding="utf-8")

    settings = environment.load(PORT="5000")

    assert settings.port == 5000
    assert settings.slack_command == "/ringback"


def test_other_variables_in_the_file_are_ignored(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SOMETHING_ELSE=1\n", encoding="utf-8")

    assert environment.load().port == 3000


def test_a_file_that_cannot_be_read_is_named(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"SLACK_BOT_TOKEN=xoxb-\xff")

    assert environment.problems() == [".env: is not text in UTF-8: save it as that"]


def test_a_folder_in_place_of_the_file_is_named(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()

    assert environment.load().port == 3000
    assert environment.problems(PORT="x")[0] == ".env: is a folder, and was to be a file"


def test_settings_cannot_be_changed_once_they_are_read(environment: Environment) -> None:
    settings = environment.load()

    with pytest.raises(ValueError, match="frozen"):
        settings.port = 4000  # type: ignore[misc]


# Every problem at once


def test_without_anything_every_missing_secret_is_named(environment: Environment) -> None:
    assert environment.problems({}) == [
        "SLACK_BOT_TOKEN: is missing: the bot token, xoxb-…",
        "SLACK_SIGNING_SECRET: is missing; set it, or set SLACK_APP_TOKEN to use Socket Mode",
        "CALLCOW_API_KEY: is missing: the CallCow key, ck_live_…",
    ]


def test_every_problem_is_named_at_once_a_line_each(environment: Environment) -> None:
    problems = environment.problems(
        {},
        SLACK_BOT_TOKEN="xoxp-1",
        SLACK_COMMAND="call",
        SLACK_API_URL="slack.com",
        CALLCOW_STATUS_PATH="calls",
        CALLCOW_RATE_PER_MINUTE="0",
        PUBLIC_URL="http://ringback.example.com",
        DATABASE_URL="ringback.db",
        DEFAULT_REGION="Germany",
        PORT="70000",
        LEASE="1",
        LOG_LEVEL="LOUD",
    )

    assert [problem.partition(": ")[0] for problem in problems] == [
        "SLACK_BOT_TOKEN",
        "SLACK_SIGNING_SECRET",
        "SLACK_API_URL",
        "SLACK_COMMAND",
        "CALLCOW_API_KEY",
        "CALLCOW_STATUS_PATH",
        "CALLCOW_RATE_PER_MINUTE",
        "PUBLIC_URL",
        "DATABASE_URL",
        "DEFAULT_REGION",
        "PORT",
        "LEASE",
        "LOG_LEVEL",
    ]
    assert not any("\n" in problem for problem in problems)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SLACK_BOT_TOKEN", "xapp-1", "does not begin with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1", "does not begin with xapp-"),
        ("ENCRYPTION_KEYS", "secret", "must be keys as `ringback new-key` prints them"),
        ("SLACK_COMMAND", "call", "must be a slash and up to 31 of a-z"),
        ("SLACK_COMMAND", "/Call", "must be a slash and up to 31 of a-z"),
        ("SLACK_COMMAND", "/", "must be a slash and up to 31 of a-z"),
        ("SLACK_COMMAND", "/" + "x" * 32, "must be a slash and up to 31 of a-z"),
        ("SLACK_API_URL", "http://slack.com/api", "must begin with https://"),
        ("SLACK_API_URL", "http://10.0.0.1/api", "must begin with https://"),
        ("CALLCOW_BASE_URL", "http://www.callcow.ai/api", "must begin with https://"),
        ("CALLCOW_BASE_URL", "http://localhost.example.com/api", "must begin with https://"),
        ("ADMIN_PORT", "65536", "less than or equal to 65535"),
        ("SLACK_API_URL", "slack.com/api", "is not an address such as https://example.com"),
        ("CALLCOW_BASE_URL", "ftp://callcow.ai", "is not an address such as"),
        ("CALLCOW_BASE_URL", "https://", "is not an address such as"),
        ("CALLCOW_BASE_URL", "https://callcow.ai/api?x=1", "without ? and #"),
        ("PUBLIC_URL", "https://ringback.example.com/#top", "without ? and #"),
        ("PUBLIC_URL", "https://[::1", "invalid IPv6 URL"),
        ("PUBLIC_URL", "https:///ringback", "must name one host"),
        ("PUBLIC_URL", "https://a.example.com,https://b.example.com", "must name one host"),
        ("PUBLIC_URL", "https://https://example.com", "holds two addresses"),
        ("PUBLIC_URL", "https://example.com/slack/events", "must end before /slack/events"),
        ("PUBLIC_URL", "https://example.com/callcow/callback/", "before /callcow/callback"),
        ("SLACK_API_URL", "https:///api/", "must name one host"),
        ("CALLCOW_BASE_URL", "https:///", "must name one host"),
        ("CALLCOW_BASE_URL", "https://callcow.ai/api/call-prompt", "must end before /call-prompt"),
        ("SLACK_SIGNING_SECRET", "xoxb-1-2-abc", "holds a Slack token"),
        ("SLACK_SIGNING_SECRET", "0123456789abcdef, xapp-1-A-2", "holds a Slack token"),
        ("SLACK_SIGNING_SECRET", "ck_live_abc", "holds a CallCow key"),
        ("CALLCOW_API_KEY", "xoxb-1-2-abc", "holds a Slack token"),
        ("CALLCOW_API_KEY", "xapp-1-A-2", "holds a Slack token"),
        ("CALLCOW_STATUS_PATH", "calls/{call_id}", "must begin with / and hold {call_id} once"),
        ("CALLCOW_STATUS_PATH", "/calls", "must begin with / and hold {call_id} once"),
        ("CALLCOW_STATUS_PATH", "/{call_id}/{call_id}", "hold {call_id} once"),
        ("CALLCOW_STATUS_PATH", "/{call_id}/{id}", "no braces but those of {call_id}"),
        ("CALLCOW_RATE_PER_MINUTE", "0", "greater than or equal to 1"),
        ("CALLCOW_RATE_PER_MINUTE", "many", "valid integer"),
        ("DATABASE_URL", "ringback.db", "is not a database address"),
        ("DATABASE_URL", "mysql+aiomysql://db/x", "must begin with sqlite+aiosqlite://"),
        ("DATABASE_URL", "sqlite+aiosqlite://", "must name a file"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:", "must name a file"),
        ("CALLING_HOURS", "21-8", "'21-8' has to end after it starts, on the same day"),
        ("CALLING_HOURS_BY_COUNTRY", "UK=9-17", "'UK' is not a country code: write GB"),
        ("CALLING_DAYS", "mon-feb", "'feb' is not a day of the week"),
        ("COUNTRIES", "UK", "'UK' is not a country code: write GB"),
        ("REFUSED_NUMBER_TYPES", "unknown", "'unknown' is not a kind of number"),
        ("CALLERS", "grace", "'grace' is not a Slack user id"),
        ("APPROVERS", "@grace", "'@grace' is not a Slack user id"),
        ("APPROVAL", "some", "input should be 'off' or 'all'"),
        ("DIALING", "perhaps", "input should be a valid boolean"),
        ("CALLS_PER_DAY", "-1", "input should be greater than or equal to 0"),
        ("DEFAULT_REGION", "XX", "is not a country code of two letters"),
        ("DEFAULT_REGION", "USA", "is not a country code of two letters: use US"),
        ("DEFAULT_REGION", "UK", "use GB"),
        ("DEFAULT_REGION", "uk ", "use GB"),
        ("DATABASE_URL", "postgres://db/x?sslmod=require", "has an unknown option: 'sslmod'"),
        ("DATABASE_URL", "postgres://db/x?sslmode=yes", "has an sslmode that is none of"),
        ("SLACK_SIGNING_SECRET", ",", "holds no secret"),
        ("PORT", "tcp://10.0.0.1:3000", "valid integer"),
        (
            "SECRETS_DIR",
            "/no/such/folder",
            "/no/such/folder cannot be read (No such file or directory)",
        ),
        ("PORT", "65536", "less than or equal to 65535"),
        ("PORT", "-1", "greater than or equal to 0"),
        ("POLL_AFTER", "0", "greater than 0"),
        ("RESULT_TIMEOUT", "-1", "greater than 0"),
        ("RESULT_TIMEOUT", "nan", "less than or equal to"),
        ("LEASE", "1.9", "greater than or equal to 2"),
        ("DIAL_RETRY_AFTER", "0", "greater than 0"),
        ("DIAL_RETRY_AFTER", "231", "less than or equal to 230"),
        ("LOG_LEVEL", "loud", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("LOG_FORMAT", "xml", "'console' or 'json'"),
    ],
)
def test_a_bad_value_is_named_with_what_is_wrong(
    environment: Environment, name: str, value: str, problem: str
) -> None:
    problems = environment.problems(**{name: value})

    assert len(problems) == 1
    assert problems[0].startswith(f"{name}: ")
    assert problem in problems[0]


@pytest.mark.parametrize("name", ["POLL_AFTER", "RESULT_TIMEOUT", "LEASE"])
@pytest.mark.parametrize("value", ["inf", "1e20"])
def test_a_time_past_all_calendars_is_refused(
    environment: Environment, name: str, value: str
) -> None:
    problems = environment.problems(**{name: value})

    assert [problem.partition(":")[0] for problem in problems] == [name]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_COMMAND", "/ringback"),
        ("SLACK_COMMAND", "/" + "x" * 31),
        ("CALLCOW_RATE_PER_MINUTE", "1"),
        ("DATABASE_URL", "postgresql+asyncpg://ringback:secret@db:5432/ringback"),
        ("DATABASE_URL", "sqlite+aiosqlite:////var/lib/ringback.db"),
        ("PORT", "0"),
        ("PORT", "65535"),
        ("LEASE", "2"),
        ("DIAL_RETRY_AFTER", "230"),
    ],
)
def test_values_at_the_edge_are_taken(environment: Environment, name: str, value: str) -> None:
    environment.load(**{name: value})


# What is read in more than one way


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("SLACK_API_URL", "http://127.0.0.1:9000/api", "http://127.0.0.1:9000/api/"),
        ("CALLCOW_BASE_URL", "https://callcow.example/api/", "https://callcow.example/api"),
        ("PUBLIC_URL", "https://ringback.example.com/", "https://ringback.example.com"),
        ("DEFAULT_REGION", "de", "DE"),
    ],
)
def test_a_value_is_brought_into_one_form(
    environment: Environment, name: str, value: str, read: str
) -> None:
    assert getattr(environment.load(**{name: value}), name.lower()) == read


@pytest.mark.parametrize(("lease", "timeout"), [("60", 30), ("10", 5), ("600", 30)])
def test_a_request_ends_within_half_a_lease(
    environment: Environment, lease: str, timeout: float
) -> None:
    assert environment.load(LEASE=lease).request_timeout == timeout


# One setting and another


def test_an_app_token_means_socket_mode_and_needs_no_signing_secret(
    environment: Environment,
) -> None:
    assert environment.load(SOCKET_MODE).socket_mode is True


def test_without_an_app_token_it_is_http_mode(environment: Environment) -> None:
    assert environment.load().socket_mode is False


@pytest.mark.parametrize(
    ("base", "given", "host"),
    [
        (HTTP_MODE, {}, "0.0.0.0"),
        (SOCKET_MODE, {}, "127.0.0.1"),
        (SOCKET_MODE, {"PUBLIC_URL": "https://ringback.example.com"}, "0.0.0.0"),
        (HTTP_MODE, {"HOST": "127.0.0.1"}, "127.0.0.1"),
        (SOCKET_MODE, {"HOST": "::"}, "::"),
    ],
)
def test_it_listens_for_all_only_where_somebody_has_to_reach_it(
    environment: Environment, base: Mapping[str, str], given: Mapping[str, str], host: str
) -> None:
    assert environment.load(base, **given).listen_host == host


def test_http_mode_needs_a_signing_secret(environment: Environment) -> None:
    problems = environment.problems(SOCKET_MODE, SLACK_APP_TOKEN="")

    assert problems == [
        "SLACK_SIGNING_SECRET: is missing; set it, or set SLACK_APP_TOKEN to use Socket Mode"
    ]


def test_a_bad_app_token_is_one_problem_and_not_two(environment: Environment) -> None:
    problems = environment.problems(SOCKET_MODE, SLACK_APP_TOKEN="xoxb-1")

    assert problems == ["SLACK_APP_TOKEN: does not begin with xapp-"]


def test_the_public_address_must_be_https(environment: Environment) -> None:
    assert environment.problems(PUBLIC_URL="http://ringback.example.com") == [
        "PUBLIC_URL: must begin with https://, as CallCow asks"
    ]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.1.1",
        "100.64.0.1",
        "0.0.0.0",
        "[::1]",
        "[fd00::1]",
        "intranet",
        "printer.local",
        "bot.internal",
        "bot.localhost",
    ],
)
def test_the_public_address_must_not_be_a_private_one(environment: Environment, host: str) -> None:
    assert environment.problems(PUBLIC_URL=f"https://{host}:8443") == [
        "PUBLIC_URL: is a private address, which CallCow cannot reach"
    ]


@pytest.mark.parametrize("host", ["ringback.example.com", "8.8.8.8", "[2606:4700::1111]"])
def test_a_public_address_is_taken(environment: Environment, host: str) -> None:
    assert environment.load(PUBLIC_URL=f"https://{host}").public_url == f"https://{host}"


@pytest.mark.parametrize("callcow", ["127.0.0.1:9000", "localhost:9000", "[::1]:9000"])
def test_any_address_reaches_a_callcow_on_the_same_machine(
    environment: Environment, callcow: str
) -> None:
    settings = environment.load(
        CALLCOW_BASE_URL=f"http://{callcow}/api", PUBLIC_URL="http://127.0.0.1:3000"
    )

    assert settings.public_url == "http://127.0.0.1:3000"


def test_a_private_callcow_that_is_not_on_this_machine_makes_no_exception(
    environment: Environment,
) -> None:
    problems = environment.problems(
        CALLCOW_BASE_URL="https://10.0.0.9/api", PUBLIC_URL="http://10.0.0.1:3000"
    )

    assert problems == ["PUBLIC_URL: must begin with https://, as CallCow asks"]


def test_a_public_address_is_not_judged_by_a_bad_callcow_address(environment: Environment) -> None:
    problems = environment.problems(
        CALLCOW_BASE_URL="localhost:9000", PUBLIC_URL="http://127.0.0.1:3000"
    )

    assert problems == ["CALLCOW_BASE_URL: is not an address such as https://example.com"]


def test_postgresql_needs_the_extra_that_drives_it(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.settings.database.find_spec", lambda name: None)

    problems = environment.problems(DATABASE_URL="postgresql+asyncpg://db/ringback")

    assert problems == ["DATABASE_URL: needs the extra postgres: pip install '.[postgres]'"]


# Secrets


def test_no_secret_shows_when_the_settings_are_printed(environment: Environment) -> None:
    settings = environment.load(
        SLACK_BOT_TOKEN=f"xoxb-{SECRET}",
        SLACK_APP_TOKEN=f"xapp-{SECRET}",
        SLACK_SIGNING_SECRET=SECRET,
        CALLCOW_API_KEY=f"ck_live_{SECRET}",
        DATABASE_URL=f"postgresql+asyncpg://ringback:{SECRET}@db/ringback",
    )

    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)
    assert SECRET not in settings.model_dump_json()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", f"xoxp-{SECRET}"),
        ("SLACK_BOT_TOKEN", f"xoxb-{SECRET} x"),
        ("SLACK_BOT_TOKEN", f"xoxb-{SECRET}\nx"),
        ("SLACK_BOT_TOKEN", f"xoxb-{SECRET}…"),
        ("SLACK_APP_TOKEN", f"xoxb-{SECRET}"),
        ("SLACK_APP_TOKEN", f"xapp-{SECRET}\tx"),
        ("CALLCOW_API_KEY", f"ck_live_{SECRET}…"),
        ("CALLCOW_API_KEY", f"ck live {SECRET}"),
        ("DATABASE_URL", SECRET),
        ("DATABASE_URL", f"mysql://ringback:{SECRET}@db/ringback"),
        ("DATABASE_URL", f"postgresql://ringback:{SECRET}@db/ringback?sslmode={SECRET}"),
        ("DATABASE_URL", f"postgres://ringback:{SECRET}@db/ringback?ssl_mode=require"),
        ("SLACK_SIGNING_SECRET", f"{SECRET} {SECRET}"),
        ("DATABASE_URL", f"postgresql+asyncpg://ringback:{SECRET}@db:port/ringback"),
        ("DATABASE_URL", f"postgresql+asyncpg://ringback:{SECRET}"),
        ("DATABASE_URL", f"postgresql+asyncpg://ringback:{SECRET}/ringback"),
        ("DATABASE_URL", f"postgresql+asyncpg://ringback:p@ss:{SECRET}@db/ringback"),
    ],
)
def test_no_bad_secret_shows_in_the_error_that_it_causes(
    environment: Environment, name: str, value: str
) -> None:
    with pytest.raises(InvalidSettings) as refused:
        environment.load(**{name: value})

    assert [problem.partition(":")[0] for problem in refused.value.problems] == [name]
    assert SECRET not in "".join(refused.value.problems)
    assert SECRET not in "".join(traceback.format_exception(refused.value))


def test_no_bad_secret_shows_in_the_error_of_the_library_either() -> None:
    with pytest.raises(ValidationError) as refused:
        Settings.model_validate({"slack_bot_token": f"xoxp-{SECRET}"})

    assert SECRET not in str(refused.value)


def test_no_good_secret_shows_in_the_error_that_another_setting_causes(
    environment: Environment,
) -> None:
    with pytest.raises(InvalidSettings) as refused:
        environment.load(
            SLACK_BOT_TOKEN=f"xoxb-{SECRET}",
            SLACK_SIGNING_SECRET=SECRET,
            CALLCOW_API_KEY=f"ck_live_{SECRET}",
            PORT="none",
        )

    assert SECRET not in "".join(traceback.format_exception(refused.value))


# The policy


def test_the_policy_is_read_from_the_settings(environment: Environment) -> None:
    policy = environment.load(
        DIALING="off",
        COUNTRIES="us, ca",
        REFUSED_NUMBER_TYPES="pager",
        CALLERS="U1AA",
        CALLS_PER_DAY="7",
        CALLING_HOURS="9-17",
        CALLING_HOURS_BY_COUNTRY="GB=off",
        CALLING_DAYS="mon-fri",
        ADMIN_USERS="U2BB",
    ).policy

    assert policy == Policy(
        dialing=False,
        countries=frozenset({"US", "CA"}),
        refused_types=frozenset({NumberType.PAGER}),
        callers=frozenset({"U1AA"}),
        calls_per_day=7,
        hours=CallingHours(9 * 60, 17 * 60),
        hours_by_country={"GB": None},
        days=frozenset({0, 1, 2, 3, 4}),
    )


def test_the_policy_without_settings_is_that_of_the_design(environment: Environment) -> None:
    assert environment.load().policy == Policy()


def test_approvals_are_by_the_admins_unless_others_are_named(environment: Environment) -> None:
    given = {"APPROVAL": "ALL", "APPROVAL_CHANNEL": "C0DDD", "ADMIN_USERS": "U1AA"}

    by_admins = narrowed(environment.load(**given).of_operator, OwnSettings()).policy
    by_others = environment.load(**given, APPROVERS="U2BB,U3CC").policy

    assert by_admins.approval
    assert by_admins.approvers == {"U1AA"}
    assert by_others.approvers == {"U2BB", "U3CC"}


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (
            {"APPROVAL_CHANNEL": "C0DDD"},
            "APPROVAL: all needs APPROVERS or ADMIN_USERS: nobody could approve a call",
        ),
        (
            {"APPROVERS": "U2BB"},
            "APPROVAL: all needs APPROVAL_CHANNEL, the channel in which approvals are asked for",
        ),
        (
            {"APPROVERS": "grace", "APPROVAL_CHANNEL": "C0DDD"},
            "APPROVERS: 'grace' is not a Slack user id, such as U012AB3CD",
        ),
        (
            {"APPROVERS": "U2BB", "APPROVAL_CHANNEL": "#approvals"},
            "APPROVAL_CHANNEL: '#approvals' is not the id of a channel, such as C012AB3CD",
        ),
    ],
)
def test_approvals_that_nobody_could_give_are_one_line(
    environment: Environment, given: dict[str, str], problem: str
) -> None:
    assert environment.problems(APPROVAL="all", **given) == [problem]


# As people and hosts write them


@pytest.mark.parametrize(
    ("name", "value", "taken"),
    [
        ("DEFAULT_REGION", "us ", "US"),
        ("DEFAULT_REGION", "\tgb", "GB"),
        ("LOG_LEVEL", "warn", "WARNING"),
        ("LOG_LEVEL", '"debug"', "DEBUG"),
        ("SLACK_COMMAND", "'/ringback'", "/ringback"),
        ("CALLCOW_STATUS_PATH", ' "/x/{call_id}" ', "/x/{call_id}"),
        ("PORT", '"3001"', 3001),
        ("PUBLIC_URL", "''", None),
    ],
)
def test_quotes_and_blanks_around_a_value_are_no_part_of_it(
    environment: Environment, name: str, value: str, taken: object
) -> None:
    assert getattr(environment.load(**{name: value}), name.lower()) == taken


@pytest.mark.parametrize("written", ["{}", '"{}"', "'{}'", " {}\n", "“{}”", "\ufeff{}"])
@pytest.mark.parametrize(
    ("name", "secret"), [("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_SIGNING_SECRET", "abc")]
)
def test_a_secret_that_was_copied_with_its_quotes_is_the_secret(
    environment: Environment, name: str, secret: str, written: str
) -> None:
    loaded = environment.load(**{name: written.format(secret)})

    assert getattr(loaded, name.lower()).get_secret_value() == secret


def test_two_signing_secrets_are_both_taken_while_one_is_replaced(
    environment: Environment,
) -> None:
    settings = environment.load(SLACK_SIGNING_SECRET="new , old")

    assert [secret.get_secret_value() for secret in settings.signing_secrets] == ["new", "old"]


def test_a_variable_that_holds_nothing_but_quotes_lets_the_file_speak(
    environment: Environment, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("DEFAULT_REGION=DE\n")

    assert environment.load(DEFAULT_REGION='""').default_region == "DE"


# Files as secrets


def test_settings_are_read_from_files_each_named_as_its_setting(
    environment: Environment, tmp_path: Path
) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "SLACK_BOT_TOKEN").write_text("xoxb-of-a-file\n")
    (folder / "callcow_api_key").write_text("ck_live_of_a_file")
    (folder / "SLACK_SIGNING_SECRET").write_text("of-a-file")
    (folder / "something-else").write_bytes(b"\xff")

    settings = environment.load(
        {}, SECRETS_DIR=str(folder), SLACK_SIGNING_SECRET="of-the-environment"
    )

    assert settings.slack_bot_token == SecretStr("xoxb-of-a-file")
    assert settings.callcow_api_key == SecretStr("ck_live_of_a_file")
    assert settings.signing_secrets[0].get_secret_value() == "of-the-environment"


def test_the_folder_can_be_named_in_the_file_beside_the_environment(
    environment: Environment, tmp_path: Path
) -> None:
    (tmp_path / "SLACK_BOT_TOKEN").write_text("xoxb-of-a-file")
    (tmp_path / ".env").write_text(f"SECRETS_DIR={tmp_path}\n")
    others = {name: value for name, value in HTTP_MODE.items() if name != "SLACK_BOT_TOKEN"}

    settings = environment.load(others)

    assert settings.slack_bot_token == SecretStr("xoxb-of-a-file")


def test_a_secret_file_that_is_no_text_is_one_line(
    environment: Environment, tmp_path: Path
) -> None:
    (tmp_path / "SLACK_BOT_TOKEN").write_bytes(b"\xff\xfe\x00")

    assert environment.problems(SECRETS_DIR=str(tmp_path)) == [
        f"SECRETS_DIR: {tmp_path / 'SLACK_BOT_TOKEN'} cannot be read (not text in UTF-8)"
    ]


def test_settings_that_a_program_gives_are_all_there_is(
    environment: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment.load(SOCKET_MODE, LOG_LEVEL="DEBUG", SLACK_COMMAND="/other")
    (tmp_path / ".env").write_text("LOG_FORMAT=json\nPORT=nonsense\n")
    monkeypatch.setenv("SECRETS_DIR", "/no/such/folder")

    settings = Settings.given({name.lower(): value for name, value in HTTP_MODE.items()})

    assert (settings.socket_mode, settings.slack_command) == (False, "/call")
    assert (settings.log_level, settings.log_format, settings.port) == ("INFO", "console", 3000)
