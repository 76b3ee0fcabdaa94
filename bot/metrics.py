"""What is counted, for Prometheus."""

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


class Metrics:
    """The counters of one running application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requested = Counter("ringback_calls_requested", "Calls saved.", registry=self.registry)
        self.refused = Counter(
            "ringback_calls_refused",
            "Calls that were not allowed when asked for or when due, by the rule.",
            ["rule"],
            registry=self.registry,
        )
        self.ended = Counter(
            "ringback_calls_ended", "Calls that ended.", ["outcome"], registry=self.registry
        )
        self.callbacks = Counter(
            "ringback_callbacks",
            "Callbacks by what they were answered.",
            ["status"],
            registry=self.registry,
        )
        self.slack = Counter(
            "ringback_slack_requests",
            "Requests to Slack's Web API.",
            ["method", "answer"],
            registry=self.registry,
        )
        self.callcow = Counter(
            "ringback_callcow_requests",
            "Requests to CallCow.",
            ["request", "answer"],
            registry=self.registry,
        )
        self.steps = Histogram(
            "ringback_step_seconds",
            "How long the steps of a call took.",
            ["step"],
            registry=self.registry,
        )
        self.rejected_signatures = Counter(
            "ringback_slack_signatures_rejected",
            "Requests that were not taken for Slack's, by cause.",
            ["cause"],
            registry=self.registry,
        )
        self.token_valid = Gauge(
            "ringback_slack_token_valid",
            "1 if Slack accepts the bot's token, 0 if it does not.",
            registry=self.registry,
        )
        self.token_valid.set(float("nan"))
        self.socket_connected = Gauge(
            "ringback_slack_socket_connected",
            "1 if Slack's requests come over a WebSocket now, 0 if not; NaN in HTTP mode.",
            registry=self.registry,
        )
        self.socket_connected.set(float("nan"))
        self.due = self._gauge("calls_due", "Calls whose next step is due.", "state")
        self.oldest_due = self._gauge(
            "calls_oldest_due_seconds", "For how long the oldest due step has been due.", "state"
        )
        self.waiting = self._gauge("calls_waiting", "Calls that CallCow has, or may have.")
        self.permits = self._gauge(
            "callcow_permits_left",
            "Requests CallCow takes at once now, by the beginning of the key's digest.",
            "key",
        )
        self.database_failures = self._gauge(
            "database_failures", "Reads and writes that failed, by how far they came.", "phase"
        )
        self.unreadable_rows = self._gauge(
            "unreadable_rows", "Rows met that this version cannot read."
        )
        self.dropped_log_lines = self._gauge(
            "log_lines_dropped", "Log lines that nobody took in time."
        )
        self.clock_difference = self._gauge(
            "clock_difference_seconds", "How far this machine's clock is ahead of the database's."
        )
        self.acknowledgements = Histogram(
            "ringback_acknowledgement_seconds",
            "How long Slack's requests waited for their answer.",
            registry=self.registry,
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3),
        )
        self.reports = Histogram(
            "ringback_report_seconds",
            "From a call's end to its report in the thread.",
            registry=self.registry,
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600),
        )
        build = Info("ringback_build", "What is running.", registry=self.registry)
        build.info({"version": own_version(), "python": platform.python_version()})
        ProcessCollector(registry=self.registry)
        self._begin_at_zero()

    def _begin_at_zero(self) -> None:
        """Let what alerts ask for be there before it first happens: an increase is from something.

        The labels are those that the counters get where they count.
        """
        for answer in ("placed", "not_dialed", "maybe_dialed", "refused"):
            self.callcow.labels("dial", answer)
        for status in ("200", "400", "401", "503"):
            self.callbacks.labels(status)
        for cause in ("unsigned", "clock", "secret"):
            self.rejected_signatures.labels(cause)
        for phase in ("connect", "work", "commit"):
            self.database_failures.labels(phase).set(0)
        self.ended.labels("no_result")

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"ringback_{name}", meaning, labels, registry=self.registry)


def own_version() -> str:
    """Return the version that is installed."""
    try:
        return version("ringback")
    except PackageNotFoundError:
        return "unknown"
