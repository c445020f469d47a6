"""The labelled set: titles of sections, questions from FAQs, and those of questions.toml."""

import random
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from benchmarks.quality import titles
from benchmarks.quality.corpus import Document, english
from benchmarks.quality.questions import Answer, LabelledSet, Question

TITLES, FAQ, WRITTEN = KINDS = ("titles", "FAQ", "written")

_WRITTEN = Path(__file__).with_name("questions.toml")
_TITLES = 400
_SEED = 1


class LabelError(Exception):
    """The text is not the one that a question was written for."""


def labelled_set(root: Path) -> LabelledSet:
    """Build the labelled set of the packages unpacked at `root`. Raises LabelError."""
    pages = english(root)
    documents, asked = titles.ask(pages, _chosen(titles.titled(pages)), kind=_kind)
    return LabelledSet(documents, asked + written(documents, _WRITTEN))


def written(documents: Sequence[Document], path: Path) -> list[Question]:
    """Return the written questions. Raises LabelError."""
    return [
        Question(
            WRITTEN,
            entry["asks"],
            tuple(place for answer in entry["answers"] for place in _places(documents, **answer)),
            entry["sort"],
        )
        for entry in tomllib.loads(path.read_text())["question"]
    ]


def _chosen(fit: Sequence[titles.Titled]) -> list[titles.Titled]:
    """Choose every question of a FAQ, and some of the other titles."""
    faq = [(made, section) for made, section in fit if _kind(made.name, section.title) == FAQ]
    others = [
        (made, section)
        for made, section in fit
        if "faq" not in made.name.lower() and 2 <= len(section.title.split()) <= 9
    ]
    return faq + random.Random(_SEED).sample(others, _TITLES)


def _kind(document: str, title: str) -> str:
    return FAQ if "faq" in document.lower() and title.endswith("?") else TITLES


def _places(documents: Sequence[Document], of: str, section: str, says: str) -> list[Answer]:
    """Find the places at which the section says so; any blank space matches any other."""
    words = re.compile(r"\s+".join(map(re.escape, says.split())))
    found = [
        Answer(made.name, place.start(), place.end(), is_section=False)
        for made in documents
        if made.name.endswith(f"/{of}")
        for part in made.sections
        if part.title == section
        for place in words.finditer(made.text, part.start, part.end)
    ]
    if not found:
        raise LabelError(f"“{section}” of {of} does not say: {says}")
    return found
