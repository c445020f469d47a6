"""Code and documentation agree."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands

from tests import environment
from vectorstores.api.urls import urlpatterns

ROOT = environment.ROOT
README = (ROOT / "README.md").read_text()
DECISIONS = ROOT / "docs" / "decisions"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")]
OURS = ("config", "ingestion", "vectorstores")


def rows(first_cell: str, page: str) -> dict[str, list[str]]:
    """Return the rows of a page's tables whose first cell is code that matches, by that code."""
    text = (ROOT / page).read_text()
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line[:1] == "|"]
    pattern = re.compile(rf"`({first_cell})`")
    found = [(pattern.fullmatch(cells[0]), cells[1:]) for cells in lines]
    return {match[1]: cells for match, cells in found if match}


def settings() -> environment.Variables:
    return {**environment.of_compose(), **environment.of_the_code()}


def routes() -> Iterator[str]:
    for route in urlpatterns:
        path = re.sub(r"<str:(\w+)>", r"{\1}", str(route.pattern))
        view: Any = route.callback
        for method in view.actions.keys() - {"head"}:  # which REST framework adds
            yield f"{method.upper()} /v1/{path}"


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def links(page: Path) -> list[str]:
    return re.findall(r"\]\((?!https?://)([^)\s]+)\)", page.read_text())


def test_the_settings_page_has_every_setting_and_nothing_else():
    assert rows("[A-Z_]+", "docs/settings.md").keys() == settings().keys()


@pytest.mark.parametrize("name", [name for name, default in settings().items() if default])
def test_the_settings_page_has_the_right_default(name: str):
    default, *_ = rows("[A-Z_]+", "docs/settings.md")[name]

    assert default.startswith(f"`{settings()[name]}`")


def test_the_readme_has_ten_settings_with_the_same_defaults():
    everything = rows("[A-Z_]+", "docs/settings.md")

    chosen = rows("[A-Z_]+", "README.md")

    assert len(chosen) == 10
    assert [name for name in chosen if chosen[name][0] != everything[name][0]] == []


def test_the_api_page_has_every_route_and_nothing_else():
    assert sorted(rows("[A-Z]+ /v1/.*", "docs/api.md")) == sorted(routes())


def test_every_command_of_ours_is_explained():
    explained = (ROOT / "docs/operations.md").read_text()

    ours = [name for name, app in get_commands().items() if app in OURS]

    assert ours
    assert [name for name in ours if f"`manage.py {name}" not in explained] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path):
    for link in links(page):
        path, _, place = link.partition("#")
        target = page.parent / path if path else page

        assert target.exists(), link
        if place:
            headings = re.findall(r"^#+ (.+)$", target.read_text(), flags=re.MULTILINE)
            assert place in map(anchor, headings), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_files_it_names_are_there(page: Path):
    named = re.findall(
        r"`((?:bin|benchmarks|config|docs|ingestion|tests|vectorstores)/[\w./-]+)`",
        page.read_text(),
    )

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_decision_is_in_the_index_by_its_title():
    index = (DECISIONS / "README.md").read_text()

    for page in sorted(DECISIONS.glob("0*.md")):
        number, title = re.fullmatch(r"# (\d+)\. (.+)", page.read_text().splitlines()[0]).groups()
        assert page.name.startswith(number.zfill(4))
        assert f"[{title}]({page.name})" in index


def test_the_pictures_of_the_readme_are_there_and_small():
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)

    assert pictures
    assert [name for name in pictures if (ROOT / name).stat().st_size > 200_000] == []
