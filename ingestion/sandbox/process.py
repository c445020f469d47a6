"""Starts a zygote, sends it messages and ends it, for the worker."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from ingestion.sandbox import frames

log = logging.getLogger(__name__)

PATIENCE = 60.0  # seconds, for an answer that takes milliseconds, and two seconds the first time

# What a parser's process gets of this one's environment, which also holds passwords and keys.
_INHERITED = (
    *("PATH", "LD_LIBRARY_PATH", "TZ", "FONTCONFIG_PATH", "TESSDATA_PREFIX", "OCR_LANGUAGES"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "SYSTEMROOT"),
)
_SET = {
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    # Threads of libraries would not survive being forked, and have nothing to gain.
    **dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"), "1"),
    # unstructured would report to its makers when it is imported.
    **dict.fromkeys(("DO_NOT_TRACK", "SCARF_NO_ANALYTICS", "UNSTRUCTURED_DISABLE_NOTICE"), "1"),
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # large pages make a fork a quarter cheaper
}


class SandboxLost(Exception):
    """The process that parses was killed or cannot start, which is no fault of the file's."""


class ZygoteProcess:
    """A zygote that is started at once; `begin` and `end` wait until it is ready.

    Only one thread at a time may use it. `begin` and `end` raise SandboxLost where it is gone.
    """

    def __init__(self, program: str) -> None:
        self._control, theirs = socket.socketpair()
        self._control.settimeout(PATIENCE)
        self._is_ready = self._is_ended = False
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", program, str(theirs.fileno())],
                cwd=Path(__file__).parents[2],  # where it finds this package
                env=_environment(os.environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C at a terminal is for the worker
            )
        self.pid = self._process.pid
        self._children: dict[int, Any] = {}  # the zygote's answer about each

    def is_alive(self) -> bool:
        return not self._is_ended and self._process.poll() is None

    def begin(self, number: int, readable: Any, limits: Any, *pipes: int) -> None:
        """Start a child that has these pipes and may read these files.

        Raises OSError where the machine has no room for one.
        """
        if not self._is_ready:
            if missing := self._answer()["missing"]:
                log.warning(
                    "This machine has no %s: what a parser may do is limited less than it should"
                    " be.",
                    " and no ".join(missing),
                )
            self._is_ready = True
        self._send({"begin": number, "readable": readable, "limits": limits}, *pipes)
        answer = self._answer()
        if "error" in answer:
            raise OSError(answer["error"], os.strerror(answer["error"]))
        self._children[number] = answer

    def end(self, number: int, *, report: bool) -> Any:
        """Kill the child. If `report`, return how it ended, which may have been before."""
        self._send({"end": number, "report": report})
        answer = self._answer() if report else None
        del self._children[number]
        return answer

    def stop(self) -> None:
        """End it with all its children, also where it was found dead."""
        if not self._is_ended:
            self._is_ended = True
            self._control.close()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._clean_up()

    def disown(self) -> None:
        """Forget it in a forked copy of this process, because the zygote is the other's."""
        if not self._is_ended:
            self._is_ended = True
            self._control.close()
            self._process.returncode = 0  # because this process does not wait for it

    def _send(self, message: object, *descriptors: int) -> None:
        if self._is_ended:
            raise SandboxLost("It was stopped.")
        try:
            frames.send(self._control, message, descriptors)
        except OSError as error:
            self._lose(error)

    def _answer(self) -> Any:
        try:
            answer, _ = frames.receive(self._control)
        except (OSError, EOFError, frames.Garbled) as error:
            self._lose(error)
        return answer

    def _lose(self, error: Exception) -> NoReturn:
        """End what is gone already, or does not answer as it should."""
        self._process.kill()
        self.stop()
        raise SandboxLost(f"The process that parses has ended: {error!r}.") from error

    def _clean_up(self) -> None:
        """Remove what its children left, if it could not. They themselves ended with it."""
        for child in self._children.values():
            if Path(child["directory"]).exists():  # else the pid may be another's by now
                with suppress(ProcessLookupError):
                    os.killpg(child["pid"], signal.SIGKILL)
                shutil.rmtree(child["directory"], ignore_errors=True)


def _environment(ours: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: ours[name] for name in _INHERITED if name in ours}
    return {**inherited, **_SET, "TMPDIR": tempfile.gettempdir(), "HOME": tempfile.gettempdir()}
