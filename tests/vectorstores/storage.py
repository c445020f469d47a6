"""What the storage has, and a storage that is interrupted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from vectorstores.models import Project


def names_kept(project: Project) -> set[str]:
    """The names of all bytes of a project, whoever may know of them."""
    home = Path(default_storage.path(""))
    below = (home / project.pk.hex).rglob("*")
    return {str(path.relative_to(home)) for path in below if path.is_file()}


def halfway(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let this happen when the storage has kept the first half of the bytes it is given next."""
    save = FileSystemStorage._save

    def interrupted(storage: FileSystemStorage, name: str, content: File) -> str:
        monkeypatch.setattr(FileSystemStorage, "_save", save)
        path, whole = Path(storage.path(name)), b"".join(content.chunks())
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(whole[: len(whole) // 2])
        happens()
        path.write_bytes(whole)
        return name

    monkeypatch.setattr(FileSystemStorage, "_save", interrupted)


def fails(error: Exception) -> Callable[[], None]:
    """Something to happen halfway."""

    def happens() -> None:
        raise error

    return happens
