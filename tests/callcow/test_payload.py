"""What CallCow reports of a call, as it is read: whatever its shape."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.callcow.payload import read_payload
from bot.core.calls.outcome import is_terminal
from bot.core.calls.result import Answer, CallResult, TranscriptLine

SAMPLES: Final = Path(__file__).parents[1] / "samples"
SCALARS: Final = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "success", "voicemail", "completed", '{"a": 1}', "[1, [2]]", "{", "[1"])
)
ANY_JSON: Final = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "value", "answer", "role", "content"]) | st.text(max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
FIELDS: Final = [
    "call_status",
    "provider_status",
    "call_summary",
    "messages",
    "context",
    "form_fills",
]
ANY_OBJECT: Final = st.dictionaries(
    st.sampled_from(FIELDS) | st.text(max_size=5), ANY_JSON, max_size=8
)


def read(**payload: Any) -> CallResult:
    """Return a payload as it is read."""
    return read_payload(payload)


def pairs_of(answers: tuple[Answer, ...]) -> tuple[tuple[str, str], ...]:
    """Return the labels and values."""
    return tuple((answer.label, answer.value) for answer in answers)


def sample(name: str) -> dict[str, Any]:
    """Return one of the recorded payloads."""
    payload: dict[str, Any] = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    return payload


@pytest.mark.parametrize(
    ("call_status", "provider_status", "read_as"),
    [
        (" success\n", "completed ", ("success", "completed")),
        ("success", None, ("success", "")),
        ("success", "  ", ("success", "")),
        (None, "completed", ("", "completed")),
        (7, {"a": 1}, ("7", '{"a": 1}')),
        (["success"], None, ('["success"]', "")),
    ],
)
def test_statuses_are_read_as_text_without_the_space_around_them(
    call_status: Any, provider_status: Any, read_as: tuple[str, str]
) -> None:
    result = read(call_status=call_status, provider_status=provider_status)

    assert (result.call_status, result.provider_status) == read_as


def test_a_payload_without_statuses_has_empty_ones() -> None:
    assert read() == CallResult()


# What the AI collected


@pytest.mark.parametrize(
    ("entry", "facts"),
    [
        ({"name": "Party", "value": "2"}, (("Party", "2"),)),
        ({"field": "Party", "answer": "2"}, (("Party", "2"),)),
        ({"key": "Party", "value": 2}, (("Party", "2"),)),
        ({"label": "Party", "answer": True}, (("Party", "true"),)),
        ({"name": "Party", "value": None}, (("Party", ""),)),
        ({"name": "Party", "value": ["a", "b"]}, (("Party", '["a", "b"]'),)),
        ({"name": "Party", "value": "2", "confidence": 0.9}, (("Party", "2"),)),
        ({"party": 2, "time": "7pm"}, (("party", "2"), ("time", "7pm"))),
        ({"name": "Party"}, (("name", "Party"),)),
        ("Party of two", (("", "Party of two"),)),
        (2, (("", "2"),)),
        (None, ()),
        ("", ()),
        ([["a"], "b"], (("", '["a"]'), ("", "b"))),
    ],
)
def test_an_entry_of_the_form_is_read_whatever_its_shape(
    entry: Any, facts: tuple[tuple[str, str], ...]
) -> None:
    assert pairs_of(read(form_fills=[entry]).answers) == facts


def test_form_fills_that_are_one_mapping_are_read_as_its_pairs() -> None:
    assert pairs_of(read(form_fills={"party": 2}).answers) == (("party", "2"),)


@pytest.mark.parametrize("nothing", [None, "", []])
def test_where_nothing_was_collected_or_said_there_is_nothing(nothing: Any) -> None:
    result = read(form_fills=nothing, messages=nothing)

    assert result.answers == ()
    assert result.lines == ()


@pytest.mark.parametrize(
    ("context", "facts"),
    [
        ({"name": "Sarah"}, (("name", "Sarah"),)),
        ('{"name": "Sarah", "age": 7}', (("name", "Sarah"), ("age", "7"))),
        (' {"name": "Sarah"}', (("name", "Sarah"),)),
        ('["a", "b"]', (("", "a"), ("", "b"))),
        ("{not JSON", (("", "{not JSON"),)),
        ("just words", (("", "just words"),)),
        ("7", (("", "7"),)),
        (7, (("", "7"),)),
        (None, ()),
        ("", ()),
        ({}, ()),
    ],
)
def test_the_context_is_read_as_an_object_or_as_a_string_that_holds_one(
    context: Any, facts: tuple[tuple[str, str], ...]
) -> None:
    assert pairs_of(read(context=context).context) == facts


# What was said


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ({"role": "user", "content": "\n\nHello"}, ("person", "Hello")),
        ({"role": "assistant", "content": "Hello"}, ("ai", "Hello")),
        ({"role": "Agent", "text": "Hello"}, ("ai", "Hello")),
        ({"speaker": "bot", "message": "Hello"}, ("ai", "Hello")),
        ({"role": "customer", "message": "Hello"}, ("person", "Hello")),
        ({"role": "system", "content": "Hello"}, ("system", "Hello")),
        ({"agent": "Hello"}, ("ai", "Hello")),
        ({"content": "Hello"}, ("", "Hello")),
        ({"role": None, "content": None}, ("", "")),
        ({"role": 1, "content": ["Hello"]}, ("1", "Hello")),
        ({"role": "user", "content": [{"type": "text", "text": "Hi"}]}, ("person", "Hi")),
        ({"role": "user", "content": [{"type": "audio"}]}, ("person", '[{"type": "audio"}]')),
        ({"role": "system"}, ("system", '{"role": "system"}')),
        ("Hello", ("", "Hello")),
        (None, ("", "")),
    ],
)
def test_a_message_is_read_whatever_its_shape(message: Any, line: tuple[str, str]) -> None:
    assert read(messages=[message]).lines == (TranscriptLine(*line),)


@pytest.mark.parametrize(
    ("payload", "seconds"),
    [
        ({"duration": 133}, 133.0),
        ({"duration_seconds": 2.5}, 2.5),
        ({"duration": True}, None),
        ({"duration": -1}, None),
        ({"duration": "2 min"}, None),
        ({"duration": 10**400}, None),
        ({}, None),
    ],
)
def test_the_duration_is_read_where_it_is_a_number_of_seconds(
    payload: dict[str, Any], seconds: float | None
) -> None:
    assert read_payload(payload).duration == seconds


def test_a_summary_is_read_without_the_space_around_it() -> None:
    assert read(call_summary="\n Booked. ").summary == "Booked."


def test_text_is_kept_as_it_came_and_not_escaped() -> None:
    assert read(call_summary="Tom & Jerry <3 日本").summary == "Tom & Jerry <3 日本"


# Anything at all


@given(payload=ANY_OBJECT)
@settings(max_examples=100, deadline=None)
def test_any_object_is_read_and_all_its_parts_are_text(payload: dict[str, Any]) -> None:
    result = read_payload(payload)

    said = [text for line in result.lines for text in (line.speaker, line.text)]
    facts = [*result.answers, *result.context]
    known = [text for item in facts for text in (item.label, item.value)]
    texts = [result.call_status, result.provider_status, result.summary]
    assert {type(text) for text in [*texts, *said, *known]} == {str}
    assert CallResult.from_json(result.to_json()) == result


def test_a_payload_of_any_depth_is_read() -> None:
    for depth in range(800, 1100):
        nested = "[" * depth + "]" * depth

        assert len(read(context=nested).context) <= 1


def test_numbers_of_any_length_are_read() -> None:
    assert read(context="[" + "9" * 5000 + "]").context == (Answer("", "[" + "9" * 5000 + "]"),)


# The samples


def test_the_documented_callback_is_read() -> None:
    result = read_payload(sample("callcow_callback.json"))

    assert result == CallResult(
        call_status="success",
        provider_status="completed",
        summary="Customer booked a reservation for Friday 7pm, party of 2.",
    )
    assert is_terminal(result)


def test_the_older_webhooks_payload_is_read() -> None:
    result = read_payload(sample("callcow_callback_webhook.json"))

    assert (result.call_status, result.provider_status) == ("not_picked_up", "no-answer")
    assert result.lines == (
        TranscriptLine(
            "ai",
            "Hello, I am an AI assistant calling from Dr. Smith's office. Is this Sarah Johnson?",
        ),
        TranscriptLine("person", "Yes, but I cannot talk now."),
    )
    assert result.context == (
        Answer("name", "Sarah Johnson"),
        Answer("appointment", "tomorrow 3pm"),
    )


@pytest.mark.parametrize(
    "path", sorted(SAMPLES.glob("callcow_callback*.json")), ids=lambda path: path.name
)
def test_every_sample_of_a_callback_is_read_as_one(path: Path) -> None:
    assert is_terminal(read_payload(sample(path.name)))
