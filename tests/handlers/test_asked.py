"""What was said to the bot in a mention: the marks around its name are not left over."""

import pytest

from handlers.messages import written_in

BOT = "U0000000BOT"
ASK = "+1 415 555 2671 book a table"


def asked(text: str) -> str:
    event = {"type": "app_mention", "channel": "C0000000001", "user": "U0000000ADA",
             "ts": "1700000000.000100", "text": text}  # fmt: skip
    authorized = [{"user_id": BOT, "team_id": "T0000000001"}]
    written = written_in({"type": "event_callback", "event_id": "Ev1", "event": event,
                          "team_id": "T0000000001", "authorizations": authorized})  # fmt: skip
    assert written is not None
    return written.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"*<@{BOT}>* {ASK}", ASK),
        (f"(<@{BOT}>) {ASK} (two)", f"{ASK} (two)"),
        (f"[<@{BOT}>]: {ASK}", ASK),
        (f"_<@{BOT}>_ *book* a table", "*book* a table"),
        (f"(<@{BOT}> {ASK})", f"({ASK})"),
        (f"*<@{BOT}> {ASK}*", f"*{ASK}*"),
        (f"~<@{BOT}> {ASK}~", f"~{ASK}~"),
        (f"&gt; <@{BOT}> {ASK}\n", f"> {ASK}"),
        (f"&gt; hello\n<@{BOT}> {ASK}", ASK),
        (f"&gt;&gt;&gt; hello\n<@{BOT}> {ASK}", f"> {ASK}"),
    ],
)
def test_a_mark_is_closed_where_it_was_opened_and_a_quote_stays_one(text: str, said: str) -> None:
    assert asked(text) == said
