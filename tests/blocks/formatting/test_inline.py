"""Sentences of ours as rich text."""

from bot.blocks.formatting.inline import as_text, inline_of


def test_people_and_times_in_a_sentence_become_parts_and_names_stay_as_they_are() -> None:
    line = inline_of("By *Ada* &amp; <@U9>, <!date^1774872000^{date_short}|2026-03-30>.")

    assert [part.to_dict() for part in line] == [
        {"type": "text", "text": "By *Ada* & "},
        {"type": "user", "user_id": "U9"},
        {"type": "text", "text": ", "},
        {
            "type": "date",
            "timestamp": 1774872000,
            "format": "{date_short}",
            "fallback": "2026-03-30",
        },
        {"type": "text", "text": "."},
    ]
    assert as_text(inline_of("a &lt;b&gt;")) == "a &lt;b&gt;"
