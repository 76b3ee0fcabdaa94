"""`ringback check`: what works, what does not, and what to do about it. It creates nothing."""

from bot.commands.check.callcow import callcow_finding
from bot.commands.check.database import database_finding, encryption_findings
from bot.commands.check.files import file_findings
from bot.commands.check.finding import CHECK_SECONDS, Finding
from bot.commands.check.public_url import public_url_finding
from bot.commands.check.slack import slack_findings
from bot.network import Network
from bot.settings import Settings


async def findings(settings: Settings, network: Network) -> list[Finding]:
    """Return everything that can be found out without making a call."""
    mode = "Socket Mode" if settings.socket_mode else "HTTP mode"
    found = [Finding("settings", True, f"complete, {mode}")]
    async with network.session(settings.slack_api_url, seconds=CHECK_SECONDS) as session:
        found += [finding async for finding in slack_findings(settings, session, network)]
    found.append(await callcow_finding(settings, network))
    found.append(await database_finding(settings))
    found += await encryption_findings(settings)
    found += file_findings(settings)
    found.append(await public_url_finding(settings, network))
    return found


def table(found: list[Finding]) -> str:
    """Return the findings as a table for a terminal."""
    width = max(len(finding.what) for finding in found)
    lines: list[str] = []
    for finding in found:
        lines.append(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.what:{width}}  {finding.found}")
        if finding.advice:
            lines.append(f"      {'':{width}}  → {finding.advice}")
    return "\n".join(lines)
