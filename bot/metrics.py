"""What is counted, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """The counters of one running application, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requested = Counter("ringback_calls_requested", "Calls saved.", registry=self.registry)
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
            "1 if Slack's requests come over a WebSocket now; always 0 in HTTP mode.",
            registry=self.registry,
        )
