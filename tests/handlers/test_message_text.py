"""What a person sees in a message, in each of the places where Slack puts it."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.payloads.message_text import attached_text, message_text, own_text

SHOP = "Luigi's is closed, call +1 415 555 2671"


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def rich_text(*elements: dict[str, Any], kind: str = "rich_text_section") -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(elements)}]}


def says(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


@pytest.mark.parametrize(
    "message",
    [
        {"text": SHOP},
        {"text": None, "blocks": [rich_text(says(SHOP))]},
        {"text": "", "blocks": [rich_text(says(SHOP), kind="rich_text_quote")]},
        {"blocks": [rich_text(says(SHOP), kind="rich_text_preformatted")]},
        {"blocks": [{"type": "section", "text": mrkdwn(SHOP)}]},
        {"blocks": [{"type": "section", "fields": [plain(SHOP)]}]},
        {"blocks": [{"type": "header", "text": plain(SHOP)}]},
        {"blocks": [{"type": "context", "elements": [mrkdwn(SHOP)]}]},
        {"blocks": [{"type": "markdown", "text": SHOP}]},
        {"blocks": [{"type": "image", "title": plain(SHOP)}]},
        {"blocks": [{"type": "table", "rows": [[{"type": "raw_text", "text": SHOP}]]}]},
        {"text": "New order", "blocks": [{"type": "section", "text": plain(SHOP)}]},
        {"text": None, "attachments": [{"text": SHOP}]},
        {"text": "", "attachments": [{"fallback": SHOP}]},
        {"attachments": [{"pretext": SHOP}]},
        {"attachments": [{"title": SHOP}]},
        {"attachments": [{"blocks": [{"type": "section", "text": mrkdwn(SHOP)}]}]},
        {"attachments": [{"is_share": True, "text": SHOP, "fallback": f"[Monday] ada: {SHOP}"}]},
        {
            "text": "",
            "attachments": [
                {
                    "is_msg_unfurl": True,
                    "text": SHOP,
                    "message_blocks": [{"message": {"blocks": [rich_text(says(SHOP))]}}],
                }
            ],
        },
    ],
)
def test_a_text_is_read_once_wherever_it_stands(message: dict[str, Any]) -> None:
    assert message_text(message) == SHOP


def test_a_forwarded_message_stands_below_what_was_said_with_it() -> None:
    message = {"text": "Can you?", "attachments": [{"is_share": True, "text": SHOP}]}

    assert message_text(message) == f"Can you?\n{SHOP}"


def test_what_was_written_is_told_from_what_was_forwarded_with_it() -> None:
    message = {
        "text": "Can you?",
        "blocks": [rich_text(says("Can you?"))],
        "attachments": [{"is_share": True, "from_url": "https://a.example", "text": SHOP}],
    }

    assert (own_text(message), attached_text(message)) == ("Can you?", SHOP)


@pytest.mark.parametrize("kind", ["from_url", "original_url", "app_unfurl_url"])
def test_the_preview_of_a_link_was_not_sent_by_a_person(kind: str) -> None:
    message = {"text": "Can you?", "attachments": [{kind: "https://a.example", "text": SHOP}]}

    assert attached_text(message) == ""
    assert message_text(message) == f"Can you?\n{SHOP}"


def test_the_fields_of_an_attachment_are_lines_with_their_titles() -> None:
    fields = [{"title": "Phone", "value": "+1 415 555 2671"}, {"value": "Friday"}]

    assert message_text({"attachments": [{"fields": fields}]}) == "Phone: +1 415 555 2671\nFriday"


def test_rich_text_reads_as_it_was_typed() -> None:
    block = rich_text(
        says("Ask "),
        {"type": "user", "user_id": "U024BE7LH"},
        says(" in "),
        {"type": "channel", "channel_id": "C024BE7LR"},
        says(" or "),
        {"type": "usergroup", "usergroup_id": "S012345"},
        says(" about "),
        {"type": "link", "url": "https://a.example", "text": "the menu"},
        says(" "),
        {"type": "emoji", "name": "pizza", "unicode": "1f355"},
        says(" & "),
        {"type": "link", "url": "tel:+14155552671", "text": "+1 415 555 2671"},
        {"type": "broadcast", "range": "here"},
    )

    assert message_text({"blocks": [block]}) == (
        "Ask <@U024BE7LH> in a Slack channel or a Slack group about the menu (https://a.example) "
        "🍕 & +1 415 555 2671@here"
    )


def test_the_items_of_a_list_are_lines() -> None:
    items = [{"type": "rich_text_section", "elements": [says(item)]} for item in ("one", "two")]
    block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}],
    }

    assert message_text({"blocks": [block]}) == "one\ntwo"


def test_what_slack_escaped_is_undone_only_where_slack_escapes() -> None:
    blocks = [
        {"type": "section", "text": mrkdwn("Tom &amp; Jerry")},
        {"type": "section", "text": plain("Tom &amp; Jerry")},
    ]

    assert message_text({"blocks": blocks}) == "Tom & Jerry\nTom &amp; Jerry"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type", "text", "blocks", "elements", "attachments", "fields", "rows",
                    "message_blocks", "message", "unicode", "title",
                ]
            ),
            inner
            | st.sampled_from(["section", "rich_text", "rich_text_list", "table", "emoji", "link"]),
            max_size=5,
        )
    ),
    max_leaves=25,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments"]), JSON))
@settings(max_examples=100, deadline=None)
def test_a_message_of_any_shape_is_read(message: dict[str, Any]) -> None:
    assert len(message_text(message)) <= 40_000


def test_a_huge_message_is_read_to_a_bounded_length_in_a_moment() -> None:
    deep: dict[str, Any] = {"text": SHOP}
    for _ in range(200):
        deep = {"attachments": [{"message_blocks": [{"message": deep}]}]}
    wide = {"blocks": [rich_text(*[says("x" * 3000)] * 5000)] * 50}

    started = time.process_time()
    read = message_text(wide), message_text(deep)

    assert [len(text) for text in read] == [40_000, 0]
    assert time.process_time() - started < 0.5


def test_what_its_author_quotes_or_strikes_through_is_marked_as_people_type_it() -> None:
    struck = {"style": {"strike": True}}
    blocks = [
        rich_text(says("Hi\nthere"), kind="rich_text_quote"),
        rich_text({**says("call "), **struck}, {**says("Bob "), **struck}, says("never mind")),
    ]

    assert own_text({"blocks": blocks}) == "> Hi\n> there\n~call Bob~ never mind"
    assert message_text({"blocks": blocks}) == "Hi\nthere\ncall Bob never mind"
