"""What is counted, for Prometheus."""

import functools
import platform
from importlib.metadata import PackageNotFoundError, version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
)

from bot.core.calls.outcome import Outcome


class Metrics:
    """What one running application counts and measures as it goes, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requested = _counter(registry, "calls_requested", "Calls saved.")
        self.refused = _counter(
            registry,
            "calls_refused",
            "Calls that were not allowed when asked for or when due, by the rule.",
            "rule",
        )
        self._ended = _counter(registry, "calls_ended", "Calls that ended.", "outcome")
        self.callbacks = _counter(
            registry, "callbacks", "Callbacks by what they were answered.", "status"
        )
        self.slack = _counter(
            registry, "slack_requests", "Requests to Slack's Web API.", "method", "answer"
        )
        self.callcow = _counter(
            registry, "callcow_requests", "Requests to CallCow.", "request", "answer"
        )
        self.rejected_signatures = _counter(
            registry,
            "slack_signatures_rejected",
            "Requests that were not taken for Slack's, by cause.",
            "cause",
        )
        self._begin_at_zero()
        self.token_valid = _unknown_gauge(
            registry, "slack_token_valid", "1 if Slack accepts the bot's token, 0 if it does not."
        )
        self.socket_connected = _unknown_gauge(
            registry,
            "slack_socket_connected",
            "1 if Slack's requests come over a WebSocket now, 0 if not; NaN in HTTP mode.",
        )
        self.steps = Histogram(
            "ringback_step_seconds",
            "How long the steps of a call took.",
            ["step"],
            registry=registry,
        )
        self.acknowledgements = Histogram(
            "ringback_acknowledgement_seconds",
            "How long Slack's requests waited for their answer.",
            registry=registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
        )
        self.reports = Histogram(
            "ringback_report_seconds",
            "From a call's end to its report in the thread.",
            registry=registry,
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600),
        )
        build = Info("ringback_build", "What is running.", registry=registry)
        build.info({"version": own_version(), "python": platform.python_version()})
        ProcessCollector(registry=registry)

    def count_end(self, outcome: Outcome) -> None:
        """Count a call whose end is committed; `after_end` says how it came out."""
        self._ended.labels(outcome).inc()

    def expect_callbacks(self) -> None:
        """Count them from zero: an alert is to tell when none come. Who polls alone misses none."""
        for status in ("200", "400", "401", "503"):
            self.callbacks.labels(status)

    def _begin_at_zero(self) -> None:
        """Let what alerts ask for be there before it first happens: an increase is from something.

        The labels are those that the counters get where they count.
        """
        for answer in ("placed", "not_dialed", "maybe_dialed", "refused"):
            self.callcow.labels("dial", answer)
        for cause in ("unsigned", "clock", "secret"):
            self.rejected_signatures.labels(cause)
        self._ended.labels("no_result")


class Gauges:
    """What is read when somebody asks for it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.due = _gauge(registry, "calls_due", "Calls whose next step is due.", "state")
        self.oldest_due = _gauge(
            registry,
            "calls_oldest_due_seconds",
            "For how long the oldest due step has been due.",
            "state",
        )
        self.waiting = _gauge(registry, "calls_waiting", "Calls that CallCow has, or may have.")
        self.permits = _gauge(
            registry,
            "callcow_permits_left",
            "Requests CallCow takes at once now, by the beginning of the key's digest.",
            "key",
        )
        self.database_failures = _gauge(
            registry,
            "database_failures",
            "Reads and writes that failed, by how far they came.",
            "phase",
        )
        for phase in ("connect", "work", "commit"):
            self.database_failures.labels(phase).set(0)
        self.unreadable_rows = _gauge(
            registry, "unreadable_rows", "Rows met that this version cannot read."
        )
        self.dropped_log_lines = _gauge(
            registry, "log_lines_dropped", "Log lines that nobody took in time."
        )
        self.clock_difference = _gauge(
            registry,
            "clock_difference_seconds",
            "How far this machine's clock is ahead of the database's.",
        )


def _counter(registry: CollectorRegistry, name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"ringback_{name}", meaning, labels, registry=registry)


def _gauge(registry: CollectorRegistry, name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(f"ringback_{name}", meaning, labels, registry=registry)


def _unknown_gauge(registry: CollectorRegistry, name: str, meaning: str) -> Gauge:
    gauge = _gauge(registry, name, meaning)
    gauge.set(float("nan"))
    return gauge


@functools.cache
def own_version() -> str:
    """Return the version that is installed."""
    try:
        return version("ringback")
    except PackageNotFoundError:
        return "unknown"
