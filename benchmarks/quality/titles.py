"""Section titles as questions about their sections. A title used as a question is in no text."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from benchmarks.quality.corpus import Document, Page, Section, document
from benchmarks.quality.questions import Answer, Question

_BODY = range(150, 12_000)  # characters

Titled = tuple[Document, Section]


def titled(pages: Sequence[Page]) -> list[Titled]:
    """Yield sections with text under a title that no other section has."""
    documents = [document(name, content) for name, content in pages]
    known = Counter(section.title.lower() for made in documents for section in made.sections)
    return [
        (made, section)
        for made in documents
        for section in made.sections
        if known[section.title.lower()] == 1 and len(made.body(section).strip()) in _BODY
    ]


def ask(
    pages: Sequence[Page], chosen: Iterable[Titled], *, kind: Callable[[str, str], str]
) -> tuple[list[Document], list[Question]]:
    """Return the documents without the chosen titles, and these as questions.

    `kind` is that of document and title.
    """
    asked = {(made.name, section.title) for made, section in chosen}
    documents = [
        document(name, content, untitled={title for of, title in asked if of == name})
        for name, content in pages
    ]
    questions = [
        Question(kind(made.name, section.title), section.title, (_whole(made, section),))
        for made in documents
        for section in made.sections
        if (made.name, section.title) in asked
    ]
    return documents, questions


def _whole(made: Document, section: Section) -> Answer:
    return Answer(made.name, section.start, section.end, is_section=True)
