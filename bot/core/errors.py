"""Everything that can go wrong on purpose: one class for each cause.

Raised where the cause is known; turned into words for a person in `bot.blocks.words.user_messages`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.core.calls.states import EndReason
from bot.core.doubt import PlaceProblem, Problem, RequestField, TimeProblem
from bot.core.policy import decision as policy


class RingbackError(Exception):
    """The root of every error below."""


class InvalidSettings(RingbackError):
    """The settings cannot be used; `problems` holds one line for each trouble."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class UnknownKey(RingbackError):
    """Something is encrypted with a key that is not among ours; the text is the key's id."""


class InvalidPolicy(RingbackError):
    """A setting of the policy cannot be meant; the message says what is wrong, in one line."""


class InvalidOwnSettings(RingbackError):
    """A workspace cannot set what was entered; `problems` says why, by the setting.

    Each is a `SettingProblem`, an `EntryProblem`, or a sentence as of `InvalidPolicy`.
    """

    def __init__(self, problems: Mapping[str, object]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


class InvalidTime(RingbackError):
    """A call cannot be dialed at that time."""

    def __init__(self, problem: TimeProblem) -> None:
        super().__init__(problem)
        self.problem = problem


class InvalidPlace(RingbackError):
    """It is not clear where a call is to be posted."""

    def __init__(self, problem: PlaceProblem) -> None:
        super().__init__(problem)
        self.problem = problem


class InvalidRequest(RingbackError):
    """A call cannot be placed as asked; `problems` says why, by the field of the form."""

    def __init__(self, problems: Mapping[RequestField, Sequence[Problem]]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


class NotAllowed(RingbackError):
    """The policy does not let a call be placed, or not now."""

    def __init__(self, decision: policy.Held | policy.AtAnotherTime | policy.Refused) -> None:
        super().__init__(type(decision.fact).__name__)
        self.decision = decision


class TransitionRefused(RingbackError):
    """A call's state does not allow what was to become of it."""


class StoreError(RingbackError):
    """The database did not do what was asked."""


class NotSaved(StoreError):
    """Nothing was saved: the commit was never sent."""


class WriteRefused(NotSaved):
    """The database refuses this write for what it holds: it would refuse it again."""


class MaybeSaved(StoreError):
    """The commit was sent and not confirmed: it may have been saved."""


class Unreadable(StoreError):
    """The database could not be read."""


class SchemaError(StoreError):
    """The database cannot be opened, or its schema not be brought up to date."""


class CallCowError(RingbackError):
    """CallCow did not take the call."""

    def __init__(
        self, message: str, *, retry_after: float | None = None, status: int | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


class NotDialed(CallCowError):
    """This request proves itself not dialed: no connection was made, or CallCow said 429."""


class MaybeDialed(CallCowError):
    """Nobody knows whether this request was dialed: a time-out, a lost connection, a 5xx."""


class Redirected(MaybeDialed):
    """CallCow's address leads elsewhere: whether the request was dialed, it does not say."""


class CallRefused(CallCowError):
    """CallCow refused the call; the message is CallCow's own."""


class KeyRefused(CallRefused):
    """CallCow refused the bot's API key."""


class KeyNotTried(CallCowError):
    """CallCow did not say whether it takes a key."""


class NoTerminalStatus(CallCowError):
    """A status poll told nothing that ends the call."""


class PollUnanswered(NoTerminalStatus):
    """It told nothing at all, and may later: a time-out, a 5xx, a 429, no permit."""


class SlackError(RingbackError):
    """Slack did not do what was asked; `code` is Slack's own error name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SlackUnavailable(SlackError):
    """Slack could not answer now and may later: a time-out, a 5xx, a 429 with its Retry-After."""

    def __init__(self, code: str, *, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class ChannelUnavailable(SlackError):
    """The bot may not write in this place: not a member, archived, unknown, restricted."""


class TokenRefused(SlackError):
    """Slack no longer accepts the bot's token."""


class NotInstalled(TokenRefused):
    """The bot is not installed in a workspace, or no longer: it has no token of that."""

    def __init__(self) -> None:
        super().__init__("not_installed")


class InvalidBlocks(SlackError):
    """Slack refused what was to be shown, not where it was to be shown."""


class Unauthorized(RingbackError):
    """A callback without the secret of the call that it names."""


class UnknownCall(RingbackError):
    """No call has that id: the button is of another installation, or its id was made up."""


class OtherTeam(RingbackError):
    """A person of another team (Slack Connect) asked for something of this one's."""


class NoPerson(OtherTeam):
    """Slack itself, or the bot, said something: nobody who could be answered."""


class MembershipUnknown(RingbackError):
    """Slack does not say now whether somebody is one of the workspace's own people."""


class NotShownHere(RingbackError):
    """A call is shown in its own channel, and elsewhere to its requester and the admins alone."""


class NotDraftOwner(RingbackError):
    """Only who wrote a message may decide what becomes of it."""


class DraftExpired(RingbackError):
    """What was written is no longer kept, or there never was such a draft."""


class DraftTaken(RingbackError):
    """A call was made of this draft already."""


class DraftReplaced(RingbackError):
    """The message was edited: another draft took this one's place."""


class DraftCanceled(RingbackError):
    """Who wrote the message wants no call of it any more."""


class OwnApproval(RingbackError):
    """Nobody approves or declines their own call."""


class NotApprover(RingbackError):
    """Only the approvers may decide about a call."""


class ApprovalDecided(RingbackError):
    """There is nothing to decide any more: `state` is what was decided, and `by` whom.

    `state` is a word of `ApprovalState`; `by` is None where nobody did.
    """

    def __init__(self, state: str, by: str | None) -> None:
        super().__init__(state)
        self.state = state
        self.by = by


class AwaitsApproval(RingbackError):
    """The call waits until somebody else approves it."""


class NoCallCowKey(RingbackError):
    """No call can be made for a workspace before somebody has entered its CallCow key.

    `admins` may do so, as far as they are known; Slack's own admins may as well.
    """

    def __init__(self, admins: frozenset[str]) -> None:
        super().__init__("no CallCow key")
        self.admins = admins


class NotSettingsAdmin(RingbackError):
    """Only an admin, of Slack's or of Ringback's, may see and change a workspace's settings."""


class SettingsChanged(RingbackError):
    """Somebody else has changed the settings since the form was opened."""


class NotAdmin(RingbackError):
    """Only an admin may do this."""


class NotCallOwner(RingbackError):
    """Only who asked for the call, or an admin, may do this to it."""


class ContentErased(RingbackError):
    """Of this call it is only known that it was made, and how it ended."""


class Unchangeable(RingbackError):
    """The call has been sent to CallCow, or has ended: it can no longer be changed.

    `dialed_at` is when it was made, None where it was not, or may not have been; `ending` is how it
    ended, if it has.
    """

    def __init__(
        self, *, dialed_at: datetime | None = None, ending: EndReason | None = None
    ) -> None:
        super().__init__("sent or ended")
        self.dialed_at = dialed_at
        self.ending = ending
