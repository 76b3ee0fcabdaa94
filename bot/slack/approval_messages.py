"""The messages that ask for approvals, in the channel for that."""

from bot.blocks.messages.approvals import approval_message
from bot.blocks.messages.message import Message
from bot.blocks.words.reasons import people_named
from bot.core.approval import Approval
from bot.core.calls.call import Call
from bot.slack.names import Names
from bot.slack.posting import Posted, edit, post
from bot.slack.workspaces import Workspaces
from bot.storage.workspace_settings import WorkspaceSettingsStore


class ApprovalMessages:
    """Posts and edits them; every method raises what those of `Thread` raise, and `StoreError`.

    The workspace's settings say where they stand, and who may decide.
    """

    def __init__(
        self, workspaces: Workspaces, names: Names, settings: WorkspaceSettingsStore
    ) -> None:
        self._workspaces = workspaces
        self._names = names
        self._settings = settings

    async def channel_of(self, team: str) -> str:
        """Return where the approvals of a workspace are asked for, empty for nowhere."""
        return (await self._settings.of(team)).approval_channel

    async def ask(self, approval: Approval, call: Call) -> Posted:
        """Post the message that asks for it."""
        slack = (await self._workspaces.of(approval.team)).slack
        channel = await self.channel_of(approval.team)
        return await post(slack, channel, await self._message(approval, call))

    async def update(self, approval: Approval, call: Call | None) -> None:
        """Make the message say what was decided."""
        if approval.posted_in is None or approval.message_ts is None or call is None:
            return
        message = await self._message(approval, call)
        slack = (await self._workspaces.of(approval.team)).slack
        await edit(slack, approval.posted_in, approval.message_ts, message)

    async def _message(self, approval: Approval, call: Call) -> Message:
        people = [call.requester, approval.decided_by, call.canceled_by]
        people += people_named(call.reason)
        names = await self._names.known_as(call.team, filter(None, people))
        approvers = (await self._settings.of(approval.team)).policy.approvers
        return approval_message(approval, call, approvers, names)
