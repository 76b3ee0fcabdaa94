"""A person's calls, in the home tab and as the answer to `/call list`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    BlockElement,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    Option,
    OverflowMenuElement,
    RichTextElementParts,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.blocks.actions import (
    CALL_AGAIN,
    DIAL_NOW,
    MORE,
    SHOW_MORE,
    button,
    cancel_button,
    place_call_button,
    settings_button,
)
from bot.blocks.formatting.inline import Inline, apart, moment, one_line, rich, section, words
from bot.blocks.formatting.markup import plain_text
from bot.blocks.formatting.text import markdown, plain
from bot.blocks.messages.help import ways_in
from bot.blocks.messages.message import Message, fits
from bot.blocks.messages.status import attempt_of
from bot.blocks.views import details, transcript
from bot.blocks.words.call_again import call_again_text
from bot.blocks.words.erased import number_of, prompt_of
from bot.blocks.words.policy import NEUTRAL, Form
from bot.blocks.words.reasons import reason_sentence
from bot.blocks.words.standing import standing
from bot.blocks.words.summary import summary_of
from bot.core.calls.call import Call
from bot.core.calls.outcome import result_of
from bot.core.calls.states import Progress
from bot.core.links import Links

SCHEDULED_MAX: Final = 10
RECENT_STEP: Final = 10
# What a view of 100 blocks has room for, beside what is scheduled: a call takes two.
RECENT_MAX: Final = 34
_SAID_MAX: Final = 200
_PROMPT_MAX: Final = 100
_OUTCOME_MAX: Final = 100
_RECENT_IN_LIST: Final = 3
_INTRODUCTION: Final = "An AI makes your phone calls and posts the answer in Slack."
_TO_APPROVE: Final = "Waiting for approval"
_NO_KEY: Final = (
    "No calls can be made yet: an admin of this workspace has to enter its CallCow key, "
    "under Settings."
)
_NO_CALLS: Final = "You haven't placed any calls yet."


def home_tab(
    scheduled: Sequence[Call],
    recent: Sequence[Call],
    links: Links,
    command: str,
    *,
    form: Form = NEUTRAL,
    older: int = 0,
    in_all: tuple[int, int] = (0, 0),
    is_admin: bool = False,
    has_key: bool = True,
) -> dict[str, Any]:
    """Return the home tab: a button for a call, what is scheduled, and the last calls.

    `older` is how many recent calls to show once the person asks for more; 0 if there are no more.
    `in_all` is how many calls wait for an approval and how many are scheduled, shown or not.
    `form` is the reader's. An admin finds the settings there, and everybody whether calls can be
    made: `has_key`.
    """
    settings = [settings_button()] if is_admin else []
    blocks: list[Block] = [
        HeaderBlock(text="Ringback"),
        SectionBlock(text=markdown(_INTRODUCTION)),
        *([] if has_key else [ContextBlock(elements=[markdown(_NO_KEY)])]),
        ActionsBlock(elements=[place_call_button(), *settings]),
        *_calls(_Upcoming.of(scheduled, in_all), recent, links, form),
    ]
    if not scheduled and not recent:
        blocks.append(SectionBlock(text=markdown(f"{_NO_CALLS}\n\n{ways_in(command)}")))
    if older:
        blocks.append(ActionsBlock(elements=[_show_more(older)]))
    return View(type="home", blocks=blocks).to_dict()


def list_message(
    scheduled: Sequence[Call],
    recent: Sequence[Call],
    links: Links,
    form: Form = NEUTRAL,
    *,
    in_all: tuple[int, int] = (0, 0),
) -> Message:
    """Return the same as a message for one person only, as many calls as it has room for."""
    if not scheduled and not recent:
        return Message.of(
            _NO_CALLS,
            [SectionBlock(text=markdown(_NO_CALLS)), ActionsBlock(elements=[place_call_button()])],
        )
    recent, most = list(recent[:RECENT_STEP]), SCHEDULED_MAX
    upcoming = _Upcoming.of(scheduled, in_all)
    blocks = _calls(upcoming, recent, links, form, most)
    while not fits(blocks):
        if len(recent) > _RECENT_IN_LIST or most <= 1:
            recent.pop()
        else:
            most -= 1
        blocks = _calls(upcoming, recent, links, form, most)
    shares = zip(upcoming.kinds, upcoming.shares(most), strict=True)
    counts = [f"{share} {kind.words}" for kind, share in shares if share]
    if recent:
        counts.append(f"{len(recent)} recent")
    return Message.of(f"Your calls: {', '.join(counts)}.", blocks)


@dataclass(frozen=True)
class _Kind:
    """Calls that are not made yet, of one kind, as many as were read of `in_all`."""

    heading: str
    words: str
    calls: Sequence[Call]
    in_all: int


@dataclass(frozen=True)
class _Upcoming:
    """What waits for an approval, and what is scheduled."""

    waiting: _Kind
    scheduled: _Kind

    @classmethod
    def of(cls, calls: Sequence[Call], in_all: tuple[int, int]) -> Self:
        """Return both kinds; of either there are no fewer than were read."""
        waiting = [call for call in calls if call.awaits_approval]
        scheduled = [call for call in calls if not call.awaits_approval]
        return cls(
            _Kind(_TO_APPROVE, "waiting for approval", waiting, max(in_all[0], len(waiting))),
            _Kind("Scheduled", "scheduled", scheduled, max(in_all[1], len(scheduled))),
        )

    @property
    def kinds(self) -> tuple[_Kind, _Kind]:
        """Both, in the order in which they are shown."""
        return self.waiting, self.scheduled

    def shares(self, most: int) -> tuple[int, int]:
        """Return how many of either are shown: half of the room each, and what the other leaves."""
        waiting, scheduled = (len(kind.calls) for kind in self.kinds)
        first = min(waiting, max(most // 2, most - scheduled))
        return first, min(scheduled, most - first)


def _calls(
    upcoming: _Upcoming,
    recent: Sequence[Call],
    links: Links,
    form: Form,
    most: int = SCHEDULED_MAX,
) -> list[Block]:
    blocks: list[Block] = []
    place = 0
    for kind, share in zip(upcoming.kinds, upcoming.shares(most), strict=True):
        if kind.in_all:
            blocks.append(HeaderBlock(text=kind.heading))
        for call in kind.calls[:share]:
            blocks += _scheduled(call, links, place)
            place += 1
        if (more := kind.in_all - share) > 0:
            left_out = f"{more} more {'call is' if more == 1 else 'calls are'} {kind.words}."
            blocks.append(ContextBlock(elements=[markdown(left_out)]))
    if blocks and recent:
        blocks.append(DividerBlock())
    if recent:
        blocks.append(HeaderBlock(text="Recent calls"))
        for place, call in enumerate(recent):
            blocks += _recent(call, links, form, place)
    return blocks


def _scheduled(call: Call, links: Links, place: int) -> list[Block]:
    number = number_of(call)
    icon = "✋ " if call.awaits_approval else "🗓️ "
    when = [[moment(call.dial_at)]] if call.is_scheduled else []
    head = apart([[words(icon), words(number, "bold")], *when, *_thread(call, links)])
    label = f"Call now: {number}"
    now = button("Call now", f"{DIAL_NOW}:{place}", call, label, "primary")
    change = [] if call.awaits_approval else [now]
    return [
        rich([section(head), section([words(_asked(call))])]),
        ActionsBlock(block_id=f"call:{call.id}", elements=[*change, cancel_button(call, place)]),
    ]


def _recent(call: Call, links: Links, form: Form, place: int) -> list[Block]:
    now, when = standing(call), moment(call.ended_at or call.requested_at)
    outcome = [words(f"{now.icon} "), words(one_line(now.words, _OUTCOME_MAX), "bold")]
    head = apart(
        [outcome, *attempt_of(call), [words(number_of(call))], [when], *_thread(call, links)]
    )
    blocks: list[Block] = [rich([section(head)])]
    if said := _said(call, form):
        blocks.append(SectionBlock(text=plain(said), accessory=_accessory(call, place)))
    return blocks


def _accessory(call: Call, place: int) -> BlockElement | None:
    """Return what can be done with a call: a menu once it has ended, unless of one item."""
    if call.progress in (Progress.HELD_UP, Progress.ON_HOLD, Progress.TO_APPROVE):
        # Behind those of the scheduled calls.
        return cancel_button(call, SCHEDULED_MAX + 1 + place)
    if call.ending is None or call.erased_at is not None:
        return None
    names = {CALL_AGAIN: again} if (again := call_again_text(call)) else {}
    if result_of(call).has_conversation:
        names[transcript.NAME] = "Transcript"
    names[details.NAME] = "Details"
    if len(names) == 1:
        label = f"Details of the call to {number_of(call)}"
        made = button("Details", f"{MORE}:{place}", call, label)
        made.value = f"{details.NAME}:{call.id}"
        return made
    options = [Option(value=f"{name}:{call.id}", text=text) for name, text in names.items()]
    return OverflowMenuElement(action_id=f"{MORE}:{place}", options=options)


def _said(call: Call, form: Form) -> str:
    """Return what came of a call in one line, or what was asked where there is no more to say."""
    told = plain_text(summary_of(call), _SAID_MAX) or reason_sentence(call.reason, form)
    return one_line(told, _SAID_MAX) or _asked(call)


def _asked(call: Call) -> str:
    """Return the beginning of the prompt in one line, so that each call takes as much room."""
    return one_line(prompt_of(call), _PROMPT_MAX)


def _thread(call: Call, links: Links) -> list[list[Inline]]:
    url = links.to_result(call) or links.to_status(call)
    return [[RichTextElementParts.Link(url=url, text="Open the thread")]] if url else []


def _show_more(older: int) -> ButtonElement:
    return ButtonElement(
        text="Show more",
        action_id=SHOW_MORE,
        value=str(older),
        accessibility_label="Show more recent calls",
    )
