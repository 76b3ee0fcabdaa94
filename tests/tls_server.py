"""A PostgreSQL server that takes connections over TLS alone, and asks for a password."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.world import free_port

_CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
ssl = on
ssl_cert_file = '{folder}/server.pem'
ssl_key_file = '{folder}/server.key'
fsync = off
"""
_SECONDS = 60


@dataclass(frozen=True)
class TlsServer:
    """Where it listens, as localhost, the certificate that it shows, and how one administers it."""

    port: int
    certificate: Path

    @property
    def administration(self) -> str:
        """The address at which its administrator connects."""
        return (
            f"postgresql://postgres:ADMINISTERS@localhost:{self.port}/postgres"
            f"?sslmode=verify-full&sslrootcert={self.certificate}"
        )


@contextmanager
def tls_server() -> Iterator[TlsServer]:
    """Run it while the context is open; there is nobody's role and database yet."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="ringback-tls-"))
    data, port = folder / "data", free_port()

    def run(*command: str | Path) -> None:
        with (folder / "output").open("a") as output:
            subprocess.run(
                command, user=user, cwd=folder, stdout=output, stderr=output, timeout=_SECONDS,
                check=True,
            )  # fmt: skip

    try:
        if user is not None:
            shutil.chown(folder, pwd.getpwnam(user).pw_uid)
        folder.chmod(0o755)
        (folder / "password").write_text("ADMINISTERS", encoding="ascii")
        run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            "-keyout", "server.key", "-out", "server.pem",
        )  # fmt: skip
        run(
            binaries / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8",
            "--pwfile", "password", "--no-sync",
        )  # fmt: skip
        with (data / "postgresql.conf").open("a", encoding="ascii") as file:
            file.write(_CONFIGURATION.format(folder=folder) + f"port = {port}\n")
        (data / "pg_hba.conf").write_text("hostssl all all all scram-sha-256\n", encoding="ascii")
        run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "start")
        try:
            yield TlsServer(port, folder / "server.pem")
        finally:
            run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)
