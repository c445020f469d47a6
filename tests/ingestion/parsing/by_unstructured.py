"""The words that the general parser unstructured finds in a file, to compare with ours."""

import re
import warnings
from difflib import SequenceMatcher
from pathlib import Path

from ingestion.chunking.document import document_text
from ingestion.parsing import parse
from ingestion.parsing.general import partitioner


def their_words(path: Path, kind: str, **options: object) -> list[str]:
    """Return the words that unstructured finds, in order. `kind` is its name of the file's kind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # from the libraries of unstructured
        elements = partitioner(kind)(str(path), languages=[""], **options)
    return words("\n".join(element.text for element in elements))


def our_words(path: Path) -> list[str]:
    return words(document_text(parse(path, path.name)))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def agreement(ours: list[str], theirs: list[str]) -> tuple[float, float]:
    """Return the share of their words that ours have, in order, and the share of ours in theirs."""
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    same = sum(block.size for block in blocks)
    return same / len(theirs), same / len(ours)
