"""The composition root: settings in, a running application out."""

import asyncio
import contextlib
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, cast

import aiohttp
import structlog
from aiohttp import web
from pydantic import SecretStr
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

import handlers
from bot import log_cleaning, logs
from bot.callcow.client import CallCow
from bot.callcow.payload import read_payload
from bot.core.seal import Seal
from bot.in_flight import InFlightRequests
from bot.manifest import INSTALL_PATH, scopes
from bot.metrics import Gauges, Metrics
from bot.network import Network, Session
from bot.service.approvals import ApprovalService
from bot.service.calls import CallService
from bot.service.drafts import DraftService
from bot.service.messages import MessageService
from bot.service.results import ResultService
from bot.service.rules import RulesService
from bot.service.settings import SettingsService
from bot.settings import Settings
from bot.slack.api import SlackApi
from bot.slack.approval_messages import ApprovalMessages
from bot.slack.authorize import authorize_by
from bot.slack.home_tabs import Home
from bot.slack.installation_notices import InstallationNotices
from bot.slack.installed_workspaces import InstalledWorkspaces
from bot.slack.names import Names
from bot.slack.oauth import installing
from bot.slack.own_workspace import OwnWorkspace
from bot.slack.replies import Replies
from bot.slack.response_urls import ResponseUrls
from bot.slack.thread import Thread
from bot.slack.token_watch import TokenWatch
from bot.slack.workspaces import OneWorkspace, Workspaces
from bot.storage import migrations
from bot.storage.audit import AuditLog
from bot.storage.callcow_keys import CallCowKeys
from bot.storage.calls.lists import CallLists
from bot.storage.calls.results import Results
from bot.storage.calls.series import SeriesStore
from bot.storage.calls.store import Store
from bot.storage.calls.undialed import UndialedCalls
from bot.storage.channel_slots import ChannelSlots
from bot.storage.clock_difference import ClockDifference
from bot.storage.encryption.state import Encryption
from bot.storage.engine.database import Database
from bot.storage.erasure import Erasure
from bot.storage.forget import Forgetting
from bot.storage.installation_store import InstallationStore
from bot.storage.installations import Installations
from bot.storage.leased.approval_store import ApprovalStore
from bot.storage.leased.draft_store import DraftStore
from bot.storage.policy.dial import DialPolicy
from bot.storage.policy.do_not_call import DoNotCallList
from bot.storage.policy.pauses import Pauses
from bot.storage.requests import Requests
from bot.storage.rows import CallRows
from bot.storage.workspace_settings import WorkspaceSettingsStore
from bot.watching import Troubled, Watching
from bot.worker.approvals import ApprovalSteps
from bot.worker.dispatcher import Dispatcher
from bot.worker.drafts import DraftSteps
from bot.worker.lane import Lane
from bot.worker.retention import Kept, Retention
from bot.worker.status import Status
from bot.worker.steps import Steps, Timing
from handlers.settings import Checks
from handlers.transport import health, install
from handlers.transport.connections import listening, raise_file_limit
from handlers.transport.installed import OnlyInstalled
from handlers.transport.response_urls import OnlySlacks
from handlers.transport.socket_mode import SocketMode

# A step makes up to seven requests to Slack and must end within its lease.
_SLACK_REQUESTS_IN_A_LEASE: Final = 8
# How long requests that have begun may take at the end, as long as a handler may wait for the
# database.
_CLOSE_SECONDS: Final = 2.5

# A command makes some hundred that last until it is answered.
_OBJECTS_BEFORE_COLLECTION: Final = 5_000

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(
    settings: Settings,
    network: Network | None = None,
    in_flight: InFlightRequests | None = None,
) -> AsyncIterator[int]:
    """Run the application while the context is open; the value is the port it listens on.

    Raises `InvalidSettings` if a port is taken or a key is missing, and `SchemaError` if
    the database cannot be used.
    """
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            Database.open(settings.database_url.get_secret_value(), settings.keys)
        )
        prepare = migrations.upgrade if settings.migrate_at_start else migrations.check
        await prepare(database.engine)
        # It served for that alone: no connection is kept for it.
        await database.engine.dispose()
        encryption = Encryption(database)
        await encryption.start()
        network = network or Network()
        session = await stack.enter_async_context(
            network.session(settings.slack_api_url, seconds=settings.request_timeout)
        )
        metrics, rows = Metrics(), CallRows(read_payload)
        store, series = Store(database, rows), SeriesStore(database, rows)
        lists = CallLists(database, rows)
        in_flight = in_flight or InFlightRequests()
        timeout = settings.lease / _SLACK_REQUESTS_IN_A_LEASE
        response_urls = ResponseUrls(settings.slack_api_url, session, metrics, timeout=timeout)
        connect = partial(_connect, settings, session, metrics, timeout)
        installations = InstallationStore(database)
        slack = await _slack(settings, stack, database, installations, connect, metrics)
        workspaces = slack.workspaces
        callcow = await stack.enter_async_context(_callcow(settings, network))
        team_settings = WorkspaceSettingsStore(database, settings.of_operator)
        await team_settings.start()
        keys = CallCowKeys(database, team_settings, settings.callcow_rate_per_minute)
        clock, timing = ClockDifference(database), Timing.of(settings)
        names = Names(workspaces)
        home = await stack.enter_async_context(
            Home(lists, workspaces, team_settings, names, command=settings.slack_command)
        )
        thread, slots = Thread(workspaces, names, response_urls), ChannelSlots(database)
        steps = Steps.of(
            store,
            series,
            DialPolicy(database),
            workspaces,
            thread,
            names,
            home,
            callcow,
            team_settings,
            keys,
            slots,
            metrics,
            timing,
            callback_url=settings.public_url,
        )
        dispatcher = await stack.enter_async_context(
            Dispatcher(store, steps, keys, (clock, encryption), in_flight, lease=timing.lease)
        )
        audit = AuditLog(database)
        draft_store = DraftStore(database)
        replies = Replies(workspaces, home, team_settings, command=settings.slack_command)
        draft_lane = await stack.enter_async_context(
            Lane("draft", DraftSteps(draft_store, store, replies), lease=timing.lease)
        )
        approval_store = ApprovalStore(database)
        approval_steps = ApprovalSteps(
            approval_store,
            store,
            ApprovalMessages(workspaces, names, team_settings),
            thread,
            Status(thread, series),
            names,
            slots,
            home,
            metrics,
        )
        approval_lane = await stack.enter_async_context(
            Lane("approval", approval_steps, lease=timing.lease)
        )

        def wake() -> None:
            dispatcher.wake()
            approval_lane.wake()

        retention = await stack.enter_async_context(
            Retention(
                Erasure(database, read_payload),
                audit,
                installations,
                team_settings,
                in_flight,
                _kept(settings),
            )
        )
        service = CallService(
            store,
            lists,
            UndialedCalls(database, rows),
            Requests(database),
            audit,
            workspaces,
            home,
            metrics,
            team_settings,
            caller_of=names.known_caller,
            known_names=names.known_names,
            seal=Seal(settings.sealing_secrets),
            wake=wake,
        )
        decisions = ApprovalService(
            service,
            approval_store,
            store,
            home,
            metrics,
            team_settings,
            caller_of=names.known_caller,
            wake=wake,
        )
        rules = RulesService(
            service,
            DoNotCallList(database),
            Pauses(database),
            Forgetting(database, read_payload),
            team_settings,
            wake=wake,
            erased=retention.truncate_log_soon,
        )
        parts = {
            "database": store.works,
            "dispatcher": dispatcher.works,
            "encryption": encryption.works,
        }
        draft_service = DraftService(service, draft_store, wake=draft_lane.wake)
        web_app, slack_app = web.Application(), _bolt(settings, session, workspaces)
        slack_app.use(OnlySlacks(settings.slack_api_url, session))
        slack_app.use(OnlyInstalled())
        handlers.register(
            web_app,
            slack_app,
            service=service,
            results=ResultService(store, Results(database), metrics, wake=wake),
            messages=MessageService(service, draft_store, draft_service),
            drafts=draft_service,
            rules=rules,
            decisions=decisions,
            settings=SettingsService(service, team_settings, names, callcow, home, wake=wake),
            checks=await stack.enter_async_context(Checks()),
            metrics=metrics,
            in_flight=in_flight,
            parts=parts,
            slash_command=settings.slack_command,
            signing_secrets=() if settings.socket_mode else settings.signing_secrets,
        )
        if slack.installed is not None:
            pages = await _installing(
                settings, stack, session, installations, slack.installed, connect
            )
            install.register(web_app, pages)
        socket = None
        if settings.slack_app_token is not None:
            own = await stack.enter_async_context(network.session(settings.slack_api_url))
            own_slack = connect(settings.slack_bot_token)
            address = partial(own_slack.socket_address, settings.slack_app_token)
            socket = SocketMode(slack_app, address, own, in_flight, metrics)
        if settings.admin_port is not None:
            troubled = {"slack token": slack.token, "socket": socket, "encryption": encryption}
            watching = Watching(
                store,
                (store, series, draft_store, approval_store),
                dispatcher,
                keys,
                clock,
                Gauges(metrics.registry),
                troubled,
                {"workspaces": slack.installed.status} if slack.installed is not None else {},
            )
            admin, host = health.admin(metrics, watching), settings.admin_host
            await stack.enter_async_context(
                listening(admin, host, settings.admin_port, "ADMIN_PORT")
            )
        listener = await stack.enter_async_context(
            listening(web_app, settings.listen_host, settings.port, "PORT")
        )
        if socket is not None:
            await stack.enter_async_context(socket)
        # The end begins here: nothing new is taken, and what has begun is answered. It is waited
        # for now, since aiohttp reads no further once its own cleanup has begun.
        stack.push_async_callback(in_flight.closed, _CLOSE_SECONDS)
        stack.callback(in_flight.stop)
        stack.callback(listener.stop)
        stack.callback(dispatcher.stop)
        stack.callback(draft_lane.stop)
        stack.callback(approval_lane.stop)
        mode = "socket" if settings.socket_mode else "http"
        _log.info("ready", host=settings.listen_host, port=listener.port, slack=mode)
        yield listener.port


async def serve(settings: Settings, network: Network) -> None:
    """Run the application until SIGTERM or SIGINT; raises what `running` raises."""
    log_cleaning.hide(settings.secrets)
    raise_file_limit()
    stop, at_once = stop_signals()
    in_flight = InFlightRequests()
    async with AsyncExitStack() as stack:
        stack.callback(logs.flush)
        if await _before(stop, stack.enter_async_context(running(settings, network, in_flight))):
            _spare_the_collector()
            await stop.wait()
            if settings.drain_seconds:
                in_flight.drain()
                _log.info("draining", seconds=settings.drain_seconds)
                await _passed(settings.drain_seconds, at_once)
        _log.info("stopping")
    _log.info("stopped")
    logs.flush()


def stop_signals() -> tuple[asyncio.Event, asyncio.Event]:
    """Return what the first SIGTERM or SIGINT sets, and what the second sets."""
    first, second = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop() -> None:
        (second if first.is_set() else first).set()

    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop)
        except NotImplementedError:
            # Windows.
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop))
    return first, second


async def _passed(seconds: float, or_else: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await or_else.wait()


async def _before(stop: asyncio.Event, start: Coroutine[None, None, object]) -> bool:
    """Return whether `start` ended before `stop`; if it did not, it is undone."""
    starting, stopping = asyncio.create_task(start), asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if stop.is_set():
        starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    return not starting.cancelled()


def _spare_the_collector() -> None:
    """Let the garbage collector pass over what stays for good, and look for the rest less often.

    A full collection of what is loaded takes 70 ms, in which nobody is answered; without it, none.
    Looking for garbage after every 700 new objects takes 5 % of the time of a command.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)


def _client(url: str, session: Session, token: SecretStr | None = None) -> AsyncWebClient:
    # By default a request whose connection was lost is repeated: a message twice.
    plain = token.get_secret_value() if token else None
    return AsyncWebClient(
        token=plain,
        base_url=url,
        # It has all that the SDK asks of one.
        session=cast("aiohttp.ClientSession", session),
        retry_handlers=[],
    )


def _connect(
    settings: Settings,
    session: Session,
    metrics: Metrics,
    timeout: float,
    token: SecretStr | None,
) -> SlackApi:
    return SlackApi(_client(settings.slack_api_url, session, token), metrics, timeout=timeout)


@dataclass(frozen=True)
class _Slack:
    """The workspaces, and how their token is, or all in which the bot was installed by OAuth."""

    workspaces: Workspaces
    token: Troubled | None = None
    installed: InstalledWorkspaces | None = None


async def _slack(
    settings: Settings,
    stack: AsyncExitStack,
    database: Database,
    installations: InstallationStore,
    connect: Callable[[SecretStr | None], SlackApi],
    metrics: Metrics,
) -> _Slack:
    """Return the workspace of the token in the settings, or all in which the bot is installed."""
    if settings.slack_bot_token is None:
        installed = InstalledWorkspaces(installations, connect)
        await installed.start()
        return _Slack(installed, installed=installed)
    own = OwnWorkspace(
        connect(settings.slack_bot_token), Installations(database, settings.slack_bot_token)
    )
    await own.recall()
    token = await stack.enter_async_context(TokenWatch(own, metrics))
    return _Slack(OneWorkspace(own), token=token)


async def _installing(
    settings: Settings,
    stack: AsyncExitStack,
    session: Session,
    installations: InstallationStore,
    installed: InstalledWorkspaces,
    connect: Callable[[SecretStr | None], SlackApi],
) -> install.Pages:
    """Return the pages by which workspaces install the bot; the settings name all they need."""
    public_url = settings.public_url or ""
    notices = await stack.enter_async_context(
        InstallationNotices(
            installations,
            connect,
            command=settings.slack_command,
            install_url=public_url + INSTALL_PATH,
        )
    )
    installed.on_notice = notices.wake

    def changed(team: str) -> None:
        installed.forget(team)
        notices.wake()

    return installing(
        installations,
        client=_client(settings.slack_api_url, session),
        client_id=settings.slack_client_id or "",
        client_secret=settings.slack_client_secret or SecretStr(""),
        authorize_url=settings.slack_authorize_url,
        public_url=public_url,
        scopes=scopes(),
        connect=connect,
        installed=changed,
    ).pages


def _kept(settings: Settings) -> Kept:
    days = [timedelta(days=days) for days in (settings.retention_days, settings.audit_days)]
    calls, audit = (each or None for each in days)
    return Kept(calls, audit, timedelta(seconds=settings.result_timeout))


def _callcow(settings: Settings, network: Network) -> CallCow:
    return CallCow(
        base_url=settings.callcow_base_url,
        status_path=settings.callcow_status_path,
        timeout=settings.request_timeout,
        network=network,
    )


def _concerns_us(record: logging.LogRecord) -> bool:
    # Bolt reads SLACK_BOT_TOKEN by itself, and warns of what is meant here.
    return "`token` will be unused" not in record.getMessage()


def _bolt(settings: Settings, session: Session, workspaces: Workspaces) -> AsyncApp:
    secrets = settings.signing_secrets
    # Without one, Bolt's loggers take the root's level, and at DEBUG they log whole payloads.
    logger = logging.getLogger("slack_bolt")
    logger.addFilter(_concerns_us)

    return AsyncApp(
        # Without one, Bolt looks through the source of whatever calls it.
        name="ringback",
        logger=logger,
        client=_client(settings.slack_api_url, session),
        authorize=authorize_by(workspaces),
        signing_secret=secrets[0].get_secret_value() if secrets else None,
        # The transport has checked the signature by then, before it parsed anything.
        request_verification_enabled=False,
        # Otherwise Bolt answers events 200 before their handler has run.
        process_before_response=True,
    )
