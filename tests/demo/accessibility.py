"""What axe-core finds wrong with a page as it stands."""

from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Page


async def violations(page: Page) -> list[str]:
    """Return each rule of axe-core that the page breaks, and where."""
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{rule['id']}: {' '.join(node['target'])} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
