"""The form of a workspace's settings: only what the operator has left open stands in it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    ContextBlock,
    ConversationFilter,
    ConversationSelectElement,
    HeaderBlock,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    UserMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.blocks.formatting.text import CONTEXT_MAX, cut, markdown
from bot.blocks.words.settings_problems import DAYS
from bot.core.policy.decision import NumberType
from bot.core.settings_form import CALLCOW_KEY, REMOVE_KEY, hours_as_text
from bot.core.workspace_settings import (
    HOUSE_RULES_MAX,
    LIMITS,
    OwnSettings,
    WorkspaceSettings,
)

CALLBACK_ID: Final = "settings"
SAVED: Final = "Settings saved. CallCow accepted the key, and calls use it from now on."
CHECKING: Final = "Checking the key with CallCow…"
_KEY_MAX: Final = 200
# Every country there is, each with its comma.
_TEXT_MAX: Final = 1000
_USERS_MAX: Final = 100
_CHANNEL: Final = "approval_channel"
# A checkbox has ten options at most; to refuse ordinary landlines would be to call nobody.
_TYPES: Final = {
    NumberType.PREMIUM_RATE: "Premium-rate numbers",
    NumberType.PERSONAL_NUMBER: "Personal (follow-me) numbers",
    NumberType.PAGER: "Pagers",
    NumberType.VOICEMAIL: "Voicemail boxes",
    NumberType.NO_COUNTRY: "Numbers that belong to no country, such as satellite phones",
    NumberType.SHARED_COST: "Shared-cost numbers",
    NumberType.COMPANY_WIDE: "Company-wide numbers",
    NumberType.TOLL_FREE: "Toll-free numbers",
    NumberType.VOIP: "Internet phone numbers",
    NumberType.MOBILE: "Mobile numbers",
}
_LIMIT_LABELS: Final = dict(
    zip(
        LIMITS,
        (
            "Calls per person per hour",
            "Calls per person per day",
            "Calls per number per day",
            "Calls per day in this workspace",
        ),
        strict=True,
    )
)


def settings_form(
    operator: WorkspaceSettings,
    own: OwnSettings,
    *,
    key_ending: str = "",
    has_key: bool = False,
    takes_key: bool = True,
    problems: Mapping[str, str] | None = None,
    carried: str = "{}",
) -> dict[str, Any]:
    """Return the view with what a workspace has set, each problem below its field.

    `key_ending` are the last characters of the CallCow key that there is; with `has_key` alone it
    cannot be read. `takes_key` is False where no key can be kept. `carried` comes back with the
    form.
    """
    named = problems or {}
    fields: list[Block] = [
        *(_key(operator, key_ending, has_key=has_key) if takes_key else []),
        _text("region", "Country for numbers without +", own.region or operator.region, 2,
              "Two letters, such as US or DE."),
        _people("admins", "Admins of Ringback", own.admins,
                "They can cancel anyone's calls, pause all calls and change these settings. "
                "Admins of this Slack workspace can change these settings too."),
        HeaderBlock(text="Who can be called, and when"),
        *_times(operator, own),
        *_whom(operator, own),
        HeaderBlock(text="How often"),
        *(_limit(name, operator, own) for name in LIMITS),
        HeaderBlock(text="Who can call, and who approves"),
        *_callers(operator, own),
        *_approvals(operator, own),
        HeaderBlock(text="What the AI is told, and what is kept"),
        *_kept(operator, own),
    ]  # fmt: skip
    blocks: list[Block] = []
    for block in fields:
        blocks.append(block)
        if (trouble := named.get(block.block_id or "")) is not None:
            words = PlainTextObject(text=cut(f"⚠️ {trouble}", CONTEXT_MAX), emoji=False)
            blocks.append(ContextBlock(elements=[words]))
    return View(
        type="modal",
        callback_id=CALLBACK_ID,
        title="Settings",
        submit="Save",
        close="Cancel",
        blocks=blocks,
        private_metadata=carried,
    ).to_dict()


def checking_view() -> dict[str, Any]:
    """Return what is shown while CallCow is asked about a key."""
    block = SectionBlock(text=markdown(CHECKING))
    return View(type="modal", title="Settings", close="Close", blocks=[block]).to_dict()


def _key(operator: WorkspaceSettings, ending: str, *, has_key: bool) -> list[Block]:
    if has_key and not ending:
        hint = "I can't read the one you entered. Enter it again, or remove it."
    elif ending:
        hint = f"The one you entered ends in {ending}. Leave this empty to keep it."
    elif operator.callcow_key is not None:
        hint = "Empty = the key of whoever runs Ringback."
    else:
        hint = "Calls need one. Find it in CallCow → Settings → API Keys."
    field = InputBlock(
        block_id=CALLCOW_KEY,
        label="CallCow key",
        hint=hint,
        optional=True,
        element=PlainTextInputElement(
            action_id=CALLCOW_KEY, placeholder="ck_live_…", max_length=_KEY_MAX
        ),
    )
    if not has_key:
        return [field]
    after = (
        "Calls will then use the key of whoever runs Ringback."
        if operator.callcow_key is not None
        else "No calls can be made until a new key is entered."
    )
    return [field, _boxes(REMOVE_KEY, "The key you entered", {"yes": "Remove it"}, [], after)]


def _text(
    name: str, label: str, value: str, most: int = _TEXT_MAX, hint: str = "", *, lines: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=label,
        hint=hint or None,
        optional=True,
        element=PlainTextInputElement(
            action_id=name, initial_value=value or None, max_length=most, multiline=lines
        ),
    )


def _people(name: str, label: str, chosen: frozenset[str], hint: str) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=label,
        hint=hint,
        optional=True,
        element=UserMultiSelectElement(
            action_id=name,
            initial_users=sorted(chosen)[:_USERS_MAX] or None,
            max_selected_items=_USERS_MAX,
        ),
    )


def _boxes(
    name: str, label: str, options: Mapping[str, str], checked: Sequence[str], hint: str = ""
) -> InputBlock:
    offered = {value: Option(value=value, text=text) for value, text in options.items()}
    return InputBlock(
        block_id=name,
        label=label,
        hint=hint or None,
        optional=True,
        element=CheckboxesElement(
            action_id=name,
            options=list(offered.values()),
            initial_options=[offered[each] for each in checked if each in offered] or None,
        ),
    )


def _times(operator: WorkspaceSettings, own: OwnSettings) -> list[Block]:
    hours, days = operator.policy.hours, operator.policy.days
    bound = f"Within {hours_as_text(hours)}. Empty = all of that." if hours else "Empty = any time."
    names = {name: DAYS[name] for number, name in enumerate(DAYS) if number in days}
    checked = [name for number, name in enumerate(DAYS) if number in days & own.days]
    return [
        _text("hours", "Calling hours", hours_as_text(own.hours), 20,
              f"Local time where the number is, such as 09:00-18:00. {bound}"),
        _boxes("days", "Calling days", names, checked),
    ]  # fmt: skip


def _whom(operator: WorkspaceSettings, own: OwnSettings) -> list[Block]:
    policy = operator.policy
    bound = (
        f"Empty = {', '.join(sorted(policy.countries))}." if policy.countries else "Empty = all."
    )
    found: list[Block] = [
        _text("countries", "Only these countries", ", ".join(sorted(own.countries)),
              hint=f"Country codes, such as US, CA. {bound}"),
    ]  # fmt: skip
    left = {kind.value: text for kind, text in _TYPES.items() if kind not in policy.refused_types}
    if left:
        refused = "Never call these kinds of numbers"
        always = [text for kind, text in _TYPES.items() if kind in policy.refused_types]
        hint = f"Already never called: {', '.join(always).lower()}." if always else ""
        checked = [kind for kind in left if kind in own.refused_types]
        found.append(_boxes("refused_types", refused, left, checked, hint))
    return found


def _limit(name: str, operator: WorkspaceSettings, own: OwnSettings) -> Block:
    most, value = getattr(operator.policy, name), getattr(own, name)
    hint = f"At most {most}. Empty = {most}." if most else "Empty = no limit."
    return _text(name, _LIMIT_LABELS[name], str(value or ""), 9, hint)


def _callers(operator: WorkspaceSettings, own: OwnSettings) -> list[Block]:
    found: list[Block] = []
    if operator.policy.allow_guests:
        guests = {"yes": "Guests can place calls"}
        checked = ["yes"] if own.allow_guests else []
        found.append(_boxes("allow_guests", "Guests", guests, checked))
    hint = "Empty = everyone, as far as the other rules allow."
    return [*found, _people("callers", "Only these people can place calls", own.callers, hint)]


def _approvals(operator: WorkspaceSettings, own: OwnSettings) -> list[Block]:
    found: list[Block] = []
    if not operator.policy.approval:
        each = {"yes": "Somebody else has to approve each call"}
        found.append(_boxes("approval", "Approvals", each, ["yes"] if own.approval else []))
    if not operator.policy.approvers:
        found.append(_people("approvers", "Who approves", own.approvers, "Empty = the admins."))
    if not operator.approval_channel:
        found.append(
            InputBlock(
                block_id=_CHANNEL,
                label="Channel for approvals",
                hint="I have to be able to post there. If it's private, invite me first.",
                optional=True,
                element=ConversationSelectElement(
                    action_id=_CHANNEL,
                    initial_conversation=own.approval_channel or None,
                    filter=ConversationFilter(
                        include=["public", "private"], exclude_bot_users=True
                    ),
                ),
            )
        )
    return found


def _kept(operator: WorkspaceSettings, own: OwnSettings) -> list[Block]:
    most = operator.retention_days
    bound = f"At most {most}. Empty = {most}." if most else "Empty = forever."
    return [
        _text("house_rules", "House rules", own.house_rules, HOUSE_RULES_MAX,
              "The AI gets these on every call, such as “Say at the start who is calling.”",
              lines=True),
        _text("retention_days", "Days to keep the content of calls",
              str(own.retention_days or ""), 5, bound),
    ]  # fmt: skip
