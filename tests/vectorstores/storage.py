"""The contents of the storage, and a storage that is interrupted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, default_storage

from vectorstores.models import Project


def stored_names(project: Project) -> set[str]:
    """Return the names of all bytes stored for a project, with or without a row."""
    home = Path(default_storage.path(""))
    below = (home / project.pk.hex).rglob("*")
    return {str(path.relative_to(home)) for path in below if path.is_file()}


def halfway(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Call `happens` when the storage has written the first half of the next bytes."""
    save = FileSystemStorage._save  # type: ignore[attr-defined]  # which its stub leaves out

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
    """Return a function that raises this error, for `halfway`."""

    def happens() -> None:
        raise error

    return happens
