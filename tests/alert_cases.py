"""For each alert what Prometheus may have scraped, minute by minute, when it fires and when not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_REPLICA: Final = {"instance": "a:9400", "job": "ringback"}


@dataclass(frozen=True)
class AlertCase:
    """Series in promtool's notation; the minutes at which the alert fires and has cleared."""

    series: Mapping[str, str]
    fires: int
    clears: int
    labels: Mapping[str, str] = field(default_factory=dict)
    # Before its time has come it is pending.
    is_not_yet_at: int = 0


def _replica(name: str, values: str, fires: int, clears: int, not_yet: int = 0) -> AlertCase:
    series = {f'{name}{{instance="a:9400",job="ringback"}}': values}
    return AlertCase(series, fires, clears, _REPLICA, not_yet)


def _dials(answer: str, fires: int, clears: int) -> AlertCase:
    name = 'ringback_callcow_requests_total{request="dial",answer="%s"}'
    placed = {name % "placed": "0x120"}
    return AlertCase({name % answer: "0+1x10 10x120", **placed}, fires, clears)


def _buckets(name: str, slow: str, most: str) -> dict[str, str]:
    """Return a histogram in which all that came was slower than `slow` and within `most`."""
    return {
        f'{name}_bucket{{le="{slow}"}}': "0x120",
        f'{name}_bucket{{le="{most}"}}': "0+10x20 200x100",
        f'{name}_bucket{{le="+Inf"}}': "0+10x20 200x100",
    }


CASES: Final[Mapping[str, AlertCase]] = {
    "RingbackDown": _replica("up", "1x5 0x5 1x20", 9, 12, 7),
    "RingbackRestarting": _replica("process_start_time_seconds", "1 2 3 4 5 5x60", 5, 50),
    "RingbackVersionsDiffer": AlertCase(
        {
            'ringback_build_info{version="1",instance="a"}': "1x100 stale",
            'ringback_build_info{version="2",instance="b"}': "1x150",
        },
        70,
        110,
        is_not_yet_at=30,
    ),
    "RingbackStepsLate": AlertCase(
        {'ringback_calls_oldest_due_seconds{state="ended"}': "0+60x10 0x10"},
        8,
        12,
        {"state": "ended"},
        4,
    ),
    "RingbackReportsSlow": AlertCase(_buckets("ringback_report_seconds", "60", "600"), 15, 50),
    "RingbackAcknowledgementsSlow": AlertCase(
        _buckets("ringback_acknowledgement_seconds", "1", "3"), 15, 50
    ),
    "RingbackSlackTokenRefused": _replica("ringback_slack_token_valid", "NaN 0x5 1x20", 4, 8, 1),
    "RingbackSocketDisconnected": _replica(
        "ringback_slack_socket_connected", "1 0x6 1x20", 6, 9, 2
    ),
    "RingbackSlackFailing": AlertCase(
        {
            'ringback_slack_requests_total{method="chat.update",answer="ok"}': "0+1x60",
            'ringback_slack_requests_total{method="chat.update",answer="ratelimited"}': (
                "0+4x20 80x40"
            ),
        },
        15,
        40,
        {"method": "chat.update"},
    ),
    "RingbackSignaturesRejected": AlertCase(
        {
            'ringback_slack_signatures_rejected_total{cause="secret"}': "0+1x10 10x60",
            'ringback_slack_signatures_rejected_total{cause="unsigned"}': "0+50x70",
        },
        10,
        40,
        {"cause": "secret"},
    ),
    "RingbackCallCowRefuses": _dials("refused", 10, 60),
    "RingbackCallCowFailing": _dials("maybe_dialed", 10, 60),
    "RingbackRateUsedUp": AlertCase(
        {'ringback_callcow_permits_left{key="41963b25",instance="a"}': "60 0x15 60x20"},
        13,
        18,
        {"key": "41963b25"},
        8,
    ),
    "RingbackCallbacksRefused": AlertCase(
        {'ringback_callbacks_total{status="401"}': "0+5x10 50x60"}, 10, 40, {"status": "401"}
    ),
    "RingbackCallbacksNotSaved": AlertCase(
        {'ringback_callbacks_total{status="503"}': "0x5 1x60"}, 6, 30
    ),
    "RingbackCallbacksMissing": AlertCase(
        {
            'ringback_callcow_requests_total{request="dial",answer="placed"}': "0+1x200",
            'ringback_callbacks_total{status="200"}': "0x100 1+1x100",
        },
        60,
        120,
        is_not_yet_at=30,
    ),
    "RingbackResultsMissing": AlertCase(
        {'ringback_calls_ended_total{outcome="no_result"}': "0+1x5 5x120"}, 6, 90
    ),
    "RingbackDatabaseFailing": AlertCase(
        {'ringback_database_failures{phase="connect"}': "0+2x6 12x60"}, 6, 30, {"phase": "connect"}
    ),
    "RingbackRowsUnreadable": AlertCase(
        {'ringback_unreadable_rows{instance="a"}': "0 2x35"}, 3, 30
    ),
    "RingbackClockOff": _replica("ringback_clock_difference_seconds", "0 -7x9 0x20", 8, 12, 4),
    "RingbackFilesUsedUp": AlertCase(
        {
            'process_open_fds{instance="a:9400",job="ringback"}': "10 900x9 10x20",
            'process_max_fds{instance="a:9400",job="ringback"}': "1000x30",
        },
        8,
        12,
        _REPLICA,
        4,
    ),
    "RingbackLogLinesDropped": _replica("ringback_log_lines_dropped", "0x5 3x60", 6, 40),
}
