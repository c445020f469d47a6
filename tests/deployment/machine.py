"""Runs what containers would run: the same words, with another port and other directories."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM
from typing import Any

from config.embedded.postgres import installation
from tests.deployment import image
from tests.deployment.compose import ROOT

POSTGRES = installation() / "bin"
PORT = "8000"  # of the web process, inside its container


@dataclass
class Running:
    process: subprocess.Popen[bytes]
    log: Path

    def says(self, text: str, *, within: float = 30) -> bool:
        """Return True if `text` appears in what the process prints."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline and self.process.poll() is None:
            if text in self.log.read_text():
                return True
            time.sleep(0.1)
        return text in self.log.read_text()

    def stop(self) -> float:
        """Ask the process to end, and return the seconds it takes."""
        asked = time.monotonic()
        self.process.send_signal(SIGTERM)
        assert self.process.wait(timeout=60) == 0, self.log.read_text()
        return time.monotonic() - asked


@dataclass
class Machine:
    directory: Path
    settings: Mapping[str, str] = field(default_factory=dict)  # what compose sets in a container
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self._here(word) for word in command],
            cwd=ROOT,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @contextmanager
    def running(self, name: str, command: list[str]) -> Iterator[Running]:
        log = self.directory / f"{name}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [self._here(word) for word in command],
                cwd=ROOT,
                env=self._environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield Running(process, log)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, SIGKILL)
            process.wait()

    def becomes_healthy(self, service: Mapping[str, Any], *, within: float = 40) -> bool:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if self.is_healthy(service):
                return True
            time.sleep(0.2)
        return False

    def is_healthy(self, service: Mapping[str, Any]) -> bool:
        """Return the result of the service's own check, or else of the image's."""
        if "healthcheck" not in service:
            return self.run(image.health_check()).returncode == 0
        kind, *words = service["healthcheck"]["test"]
        return self.run(["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words).returncode == 0

    def _environment(self) -> dict[str, str]:
        """Return an environment with nothing of ours, since a container would not have it."""
        of_image = {name: self._here(value) for name, value in image.environment().items()}
        return {
            **of_image,
            **self.settings,
            "PATH": f"{Path(sys.executable).parent}:{POSTGRES}:/usr/bin:/bin",
            "HOME": str(self.directory),
            "HOSTNAME": socket.gethostname(),  # as Docker sets it
        }

    def _here(self, text: str) -> str:
        """Translate a word of the deployment files to what it is on this machine."""
        there_and_here = {
            f"0.0.0.0:{PORT}": f"127.0.0.1:{self.port}",
            f"localhost:{PORT}": f"localhost:{self.port}",
            "/data": str(self.directory / "data"),
            "/opt/models": str(self.directory / "models"),
        }
        for there, here in there_and_here.items():
            text = text.replace(there, here)
        return text
