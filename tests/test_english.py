"""Docstrings are sentences that open as docs/development.md says."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.live import ROOT

FOLDERS = ("benchmarks", "bin", "config", "docs", "ingestion", "tests", "vectorstores")
A_DOCUMENT = ROOT / "docs/samples/estimate_range.py"  # is a sample to ingest, and no code of ours
WORDS = ROOT / "tests/data/english"
# A docstring may open with any verb; one that is new is added to the list.
VERBS = frozenset((WORDS / "imperatives.txt").read_text().split())
FRAGMENTS = frozenset((WORDS / "fragments.txt").read_text().split())

Definition = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def complaints(source: str) -> Iterator[str]:
    """Yield what is wrong with each docstring of a module: its line, its name and the reason."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, Definition):
            continue
        docstring = ast.get_docstring(node)
        if docstring and (reason := complaint(node, docstring)):
            yield f"{getattr(node, 'lineno', 1)} {getattr(node, 'name', 'module')}: {reason}"


def complaint(node: Definition, docstring: str) -> str | None:
    """Return what is wrong with this docstring, or None."""
    opening = re.split(r"[\s,:;.]", docstring, maxsplit=1)[0]
    summary = docstring.split("\n\n")[0]
    names_a_route = re.fullmatch(r"[A-Z]+ /\S*", summary)
    if not summary.endswith((".", ":", "…")) and not names_a_route:
        return "its first paragraph is no sentence"
    if opening in FRAGMENTS:
        return f"{opening} opens a fragment"
    if isinstance(node, ast.ClassDef | ast.Module) or is_property(node):
        return None
    if node.name.startswith("test_"):
        return "a test's name is its sentence"
    return None if opening in VERBS else f"{opening} is no verb in the imperative"


def is_property(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any("property" in ast.unparse(each) for each in node.decorator_list)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_docstring_is_a_sentence_and_every_functions_an_imperative(folder: str):
    wrong = [
        f"{path.relative_to(ROOT)}:{each}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != A_DOCUMENT
        for each in complaints(path.read_text())
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "source",
    [
        '"""Of which the setting speaks."""',
        'class A:\n    """What keeps files."""',
        'def f():\n    """The number of files."""',
        'def f():\n    """Returns the number of files."""',
        'def f():\n    """Return the number of files"""',
        'class A:\n    @property\n    def f(self):\n        """Whether it is open."""',
        'def test_it_works():\n    """Check that it works."""',
    ],
)
def test_poor_english_is_noticed(source: str):
    assert len(list(complaints(source))) == 1


@pytest.mark.parametrize(
    "source",
    [
        '"""The leases of one group of files."""',
        'class A:\n    """A lease."""',
        'def f():\n    """Return the number of files, or None."""',
        'class A:\n    @property\n    def f(self):\n        """True if it is open."""',
        "def f(): ...",
    ],
)
def test_good_english_is_let_through(source: str):
    assert list(complaints(source)) == []
