"""Titles in other languages, all in one store, found by words alone.

The model that comes with the service knows English only, so there is nothing to compare with: what
is measured is whether the words of a language are found, also where no space is between them.
"""

import random
from pathlib import Path

from benchmarks.quality import titles
from benchmarks.quality.corpus import DEBIAN_FAQ, DEBIAN_REFERENCE, Page, pages_of
from benchmarks.quality.questions import LabelledSet

LANGUAGES = {
    "de": "German",
    "fr": "French",
    "ru": "Russian",
    "zh-cn": "Chinese",
    "ja": "Japanese",
    "ko": "Korean",
}
_TITLES = 150  # of a language
_SEED = 1


def labelled_set(root: Path) -> LabelledSet:
    """Build the labelled set of the packages unpacked at `root`, with languages as kinds of
    questions.
    """
    pages = [page for code in LANGUAGES for page in _pages(root, code)]
    by_language: dict[str, list[titles.Titled]] = {}
    for made, section in titles.titled(pages):
        language = _language(made.name)
        if _is_translated(language, section.title + made.body(section)):
            by_language.setdefault(language, []).append((made, section))
    draw = random.Random(_SEED)
    chosen = [
        one for some in by_language.values() for one in draw.sample(some, min(_TITLES, len(some)))
    ]
    documents, questions = titles.ask(pages, chosen, kind=lambda name, _: _language(name))
    return LabelledSet(documents, questions)


def _pages(root: Path, code: str) -> list[Page]:
    """Return the pages of the Debian FAQ, and of the Debian Reference if the language has one."""
    names = {f"{DEBIAN_FAQ}/{code}": f"*.{code}", DEBIAN_REFERENCE: f"ch*.{code}"}
    return pages_of(root, names)


def _language(document: str) -> str:
    return LANGUAGES[document.rsplit(".", 2)[1]]


def _is_translated(language: str, text: str) -> bool:
    """Return False for a section that is still in English because nobody has translated it."""
    if language in ("German", "French"):
        return sum(letter in "äöüßéèàç" for letter in text) > 0.005 * len(text)
    return sum(letter > "\u0400" for letter in text) > 0.25 * len(text)
