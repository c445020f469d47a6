"""Our readers find the words that the general parser unstructured finds, in the same order.

Differences are intended: ours have a slide's title first and its notes last, the names of columns
in every row, and the text boxes, footnotes and charts that unstructured leaves out.
"""

import csv
from collections import Counter
from io import StringIO
from pathlib import Path

import pypandoc
import pytest
from openpyxl import Workbook

from tests.ingestion.parsing.by_unstructured import agreement, our_words, their_words

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"
DOCX, PPTX = SAMPLES / "employee-handbook.docx", SAMPLES / "first-week.pptx"


def convert(source: Path, folder: Path, kind: str) -> Path:
    path = folder / f"{source.stem}.{kind}"
    pypandoc.convert_file(str(source), to=kind, outputfile=str(path), extra_args=["--standalone"])
    return path


@pytest.mark.parametrize("kind", ["docx", "odt"])
@pytest.mark.parametrize("source", sorted(SAMPLES.glob("**/*.md")), ids=lambda path: path.stem)
def test_both_readers_find_the_same_words_in_a_text(source: Path, kind: str, tmp_path: Path):
    path = convert(source, tmp_path, kind)

    assert our_words(path) == their_words(path, kind)


@pytest.mark.parametrize("source", sorted(SAMPLES.glob("**/*.md")), ids=lambda path: path.stem)
def test_our_reader_finds_all_words_of_rtf(source: Path, tmp_path: Path):
    # Pandoc, which reads RTF for unstructured, drops letters after some characters.
    path = convert(source, tmp_path, "rtf")

    assert our_words(path) == our_words(convert(source, tmp_path, "docx"))
    assert agreement(our_words(path), their_words(path, "rtf"))[0] > 0.98


def test_both_readers_find_the_same_words_in_the_sample_of_word():
    assert our_words(DOCX) == their_words(DOCX, "docx")


def test_both_readers_find_the_same_words_in_powerpoint_in_different_orders():
    theirs = their_words(PPTX, "pptx", include_slide_notes=True)

    assert Counter(our_words(PPTX)) == Counter(theirs)


def test_our_reader_finds_all_words_of_a_sheet(tmp_path: Path):
    rows = csv.reader(StringIO((SAMPLES / "price-list.csv").read_text("utf-8")))
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path := tmp_path / "a.xlsx")

    assert agreement(our_words(path), their_words(path, "xlsx"))[0] == 1
