"""The buttons of the messages that ask for approvals: **Approve** and **Decline**."""

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.actions import APPROVE, DECLINE
from bot.service.approvals import ApprovalService
from handlers.buttons import listener
from handlers.payloads.presses import Press


def register(app: AsyncApp, approvals: ApprovalService) -> None:
    """Answer the buttons of approvals on `app`; what comes of it is seen where they stand."""

    async def approve(press: Press, _: AsyncWebClient) -> str:
        await approvals.approve(press.call_id, press.person)
        return ""

    async def decline(press: Press, _: AsyncWebClient) -> str:
        await approvals.decline(press.call_id, press.person)
        return ""

    app.action(APPROVE)(listener(approve))
    app.action(DECLINE)(listener(decline))
