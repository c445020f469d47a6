"""The options of `bin/up`, on the command line and in the environment."""

import argparse
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.embedded.start_errors import PortInUse, StartError

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
ENVIRONMENT = """The environment may set PORT, DATA_DIR, API_KEY, and DATABASE_URL, REDIS_URL or
STORAGE_URL to use servers of your own. docs/settings.md has every setting."""


@dataclass(frozen=True)
class Options:
    port: int
    demo: bool
    data_dir: Path
    api_key: str | None  # None: one is made up at the first start

    @classmethod
    def read(cls, arguments: Sequence[str], environment: Mapping[str, str]) -> "Options":
        """Parse the command line. Raises StartError, or SystemExit as argparse does."""
        parser = argparse.ArgumentParser(
            prog="bin/up", description="Start everything. Ctrl-C stops it.", epilog=ENVIRONMENT
        )
        parser.add_argument("--demo", action="store_true", help="ingest and search the samples")
        parser.add_argument("--port", default=environment.get("PORT", "8000"), help="default: 8000")
        given = parser.parse_args(arguments)
        if not (given.port.isdecimal() and 0 < int(given.port) < 65536):
            raise StartError(f"PORT must be a number from 1 to 65535, not {given.port!r}.")
        data_dir = environment.get("DATA_DIR")
        return cls(
            port=int(given.port),
            demo=given.demo,
            data_dir=Path(data_dir).absolute() if data_dir else ROOT / "data",
            api_key=environment.get("API_KEY") or None,
        )

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def listen(self) -> socket.socket:
        """Open the web server's socket. Raises PortInUse.

        It is opened before anything is started, and stays open. So no other program gets the port,
        and a request waits while the web server is started, or started again, instead of being
        refused.
        """
        try:
            return socket.create_server((HOST, self.port), backlog=2048)
        except OSError as error:
            raise PortInUse(self.port, os.strerror(error.errno or 0)) from error
