import io
from pathlib import Path

import pytest
from rich.console import Console

from config.embedded.datadir import DataDir
from config.up.greeting import greet, snippet
from config.up.options import ROOT, Options
from config.up.preparing import Prepared

OPTIONS = Options(port=8000, demo=False, data_dir=Path("/data"), api_key=None)


def greeting(tmp_path: Path, prepared: Prepared, *, width: int) -> str:
    data = DataDir.hold(tmp_path)
    said = io.StringIO()
    greet(Console(file=said, width=width), OPTIONS, data, prepared)
    data.release()
    return said.getvalue()


def test_the_snippet_is_five_lines_of_python_about_a_file_that_exists() -> None:
    lines = snippet("http://127.0.0.1:8000", "sk-x").splitlines()

    compile("\n".join(lines), "snippet", "exec")
    assert len(lines) == 5
    assert str(ROOT / "README.md") in lines[3]


def test_on_a_narrow_terminal_nothing_to_paste_is_broken(tmp_path: Path) -> None:
    said = greeting(tmp_path, Prepared("sk-[bold]x", None), width=20)

    assert snippet("http://127.0.0.1:8000", "sk-[bold]x") in said


@pytest.mark.parametrize(("password", "shown"), [("hush", True), (None, False)])
def test_the_admin_password_is_shown_when_it_was_made(
    tmp_path: Path, password: str | None, shown: bool
) -> None:
    said = greeting(tmp_path, Prepared("sk-x", password), width=80)

    assert ("admin / hush" in said) is shown
