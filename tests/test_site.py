"""The site of the documentation is built strictly, as bin/docs does it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.environment import ROOT


@pytest.fixture
def checkout(programs: None, tmp_path: Path) -> Path:
    """Return a checkout whose pages may be changed: links to everything but the pages."""
    copy = tmp_path / "checkout"
    shutil.copytree(ROOT / "docs", copy / "docs")
    for path in ROOT.iterdir():
        if path.suffix == ".md":
            shutil.copy(path, copy)
        elif path.name != "docs" and path.name[0] != ".":
            (copy / path.name).symlink_to(path)
    return copy


def built(checkout: Path, output: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [sys.executable, checkout / "docs" / "build.py", output]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_site_is_built_with_nothing_loaded_from_elsewhere(programs: None, tmp_path: Path):
    done = built(ROOT, tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    pages = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*.html")}
    assert {Path("index.html"), Path("docs/operations.html")} <= pages.keys()
    loads = re.compile(r"""(?:<link[^>]+href|<script[^>]+src|<img[^>]+src)="https?:""")
    assert [str(name) for name, text in pages.items() if loads.search(text)] == []


def test_a_link_and_an_anchor_that_lead_nowhere_fail_the_build(checkout: Path, tmp_path: Path):
    with (checkout / "docs" / "search.md").open("a") as page:
        page.write("\n[file](no-such-page.md), [anchor](scaling.md#no-such-heading)\n")

    done = built(checkout, tmp_path / "site")

    assert done.returncode != 0
    assert "no-such-page.md" in done.stderr
    assert "no-such-heading" in done.stderr


def test_a_page_outside_the_navigation_fails_the_build(checkout: Path, tmp_path: Path):
    (checkout / "docs" / "orphan.md").write_text("# Orphan\n")

    done = built(checkout, tmp_path / "site")

    assert done.returncode != 0
    assert "orphan.md: WARNING: document isn't included in any toctree" in done.stderr
