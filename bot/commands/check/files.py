"""Which files with secrets in them everybody on this machine can read."""

import stat
from pathlib import Path

from bot.commands.check.finding import Finding, printable
from bot.settings import Settings
from bot.storage.engine.address import read_address


def file_findings(settings: Settings) -> list[Finding]:
    """Name the files with secrets in them that everybody on this machine can read."""
    url = read_address(settings.database_url.get_secret_value())
    is_file = url.get_backend_name() == "sqlite"
    files = [Path(".env"), *([Path(url.database or "")] if is_file else [])]
    if settings.secrets_dir:
        files += sorted(Path(settings.secrets_dir).iterdir())
    open_to_all = [str(path) for path in files if _is_readable_by_all(path)]
    if not open_to_all:
        return []
    names = ", ".join(map(printable, open_to_all))
    return [Finding("files", True, f"everybody on this machine can read {names}",
                    f"chmod 600 {names}")]  # fmt: skip


def _is_readable_by_all(path: Path) -> bool:
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return stat.S_ISREG(mode) and bool(mode & stat.S_IROTH)
