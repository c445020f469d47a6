"""A machine that has no room for a child: nothing is left of it, and the zygote lives on."""

import errno
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from ingestion.parsing import parse
from ingestion.sandbox import frames
from ingestion.sandbox.confinement import Confinement
from ingestion.sandbox.zygote import Zygote
from tests.ingestion.sandbox.conftest import GENEROUS


class Unconfined:
    """A real one would confine whoever runs the tests, for good."""

    def path_rules(self, *, readable: Sequence[Path], own: Path) -> int:
        assert own.is_dir()
        return os.open(os.devnull, os.O_RDONLY)

    def enter(self) -> None:
        raise NotImplementedError


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Any]]:
    """Have the zygote begin a child, and return its answer."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ours, theirs = socket.socketpair()
    zygote = Zygote(theirs, parse, cast(Confinement, Unconfined()))

    def ask() -> Any:
        message = {"begin": 1, "readable": [], "limits": asdict(GENEROUS)}
        zygote.answer(message, [*os.pipe()])
        return frames.receive(ours)[0]

    with closing(ours), closing(theirs):
        yield ask


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_there_is_no_room_for_a_directory(
    begun: Callable[[], Any], monkeypatch: pytest.MonkeyPatch, code: int
):
    before = psutil.Process().num_fds()
    monkeypatch.setattr(os, "mkdir", failing(code))

    assert begun() == {"error": code}

    assert psutil.Process().num_fds() == before


def test_there_is_no_room_for_path_rules(
    begun: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = psutil.Process().num_fds()
    monkeypatch.setattr(Unconfined, "path_rules", failing(errno.EMFILE))

    assert begun() == {"error": errno.EMFILE}

    assert psutil.Process().num_fds() == before
    assert list(tmp_path.iterdir()) == []


def test_there_is_no_room_for_a_process(
    begun: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before = psutil.Process().num_fds()
    monkeypatch.setattr(os, "fork", failing(errno.EAGAIN))

    assert begun() == {"error": errno.EAGAIN}

    assert psutil.Process().num_fds() == before
    assert list(tmp_path.iterdir()) == []


def failing(code: int) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail
