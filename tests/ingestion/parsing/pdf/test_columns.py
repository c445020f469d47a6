"""Columns that a program has written across, line by line, and tables, which stay as they are."""

from collections.abc import Callable, Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.ingestion.parsing.pdf.documents import Draw, lines, make_pdf

Read = Callable[[bytes], str]

BEES = ["Bees in winter. They", "stay in the hive and", "keep the queen warm", "until the spring."]
HONEY = [
    "Honey. It never goes",
    "off, and is eaten by",
    "bees in winter when",
    "there is no flower.",
]
WAX = ["Wax. We melt it in", "the sun, and pour it", "into forms that are", "made of old oak."]


def across(*columns: Sequence[str], lefts: Sequence[int] = (60, 225, 390), top: int = 760) -> Draw:
    """Draw the first lines of all columns, then the second ones."""

    def draw(canvas: Canvas) -> None:
        for row in range(max(map(len, columns))):
            for left, column in zip(lefts, columns, strict=False):
                if row < len(column) and column[row]:
                    canvas.drawString(left, top - 14 * row, column[row])

    return draw


def both(*draws: Draw) -> Draw:
    def draw(canvas: Canvas) -> None:
        for each in draws:
            each(canvas)

    return draw


@pytest.mark.parametrize(
    "columns",
    [
        [BEES, HONEY, WAX],
        [BEES, HONEY],
        [BEES * 5, HONEY * 5],
        [BEES + HONEY, HONEY],
        [BEES, HONEY + WAX],
        [BEES, [f"  {HONEY[0]}", *HONEY[1:]], WAX],
    ],
    ids=["three", "two", "long", "left longer", "right longer", "indented"],
)
def test_columns_are_read_one_after_the_other(text: Read, columns: list[list[str]]):
    expected = [line.strip() for column in columns for line in column]

    assert text(make_pdf(across(*columns))).split("\n") == expected


def test_lines_around_columns_stay_in_their_places(text: Read):
    heading = lines(
        "A year with our bees, told by the keepers of the seventh hive", left=60, top=790
    )
    end = lines(
        "Printed in Leeds by the keepers themselves, all rights reserved.", left=60, top=650
    )

    found = text(make_pdf(both(heading, across(BEES, HONEY), end))).split("\n")

    assert found == [
        "A year with our bees, told by the keepers of the seventh hive",
        *BEES,
        *HONEY,
        "Printed in Leeds by the keepers themselves, all rights reserved.",
    ]


def test_words_that_are_broken_in_a_column_are_joined(text: Read):
    left = ["Bees. They infor-", "mation give to all", "others in a well-", "known dance. It is"]
    right = [
        "Honey. It never can",
        "spoil, because it fer-",
        "ments never, and is so",
        "full of sug-",
    ]

    found = text(make_pdf(across(left, right)))

    assert "They information give" in found
    assert "a well-known dance" in found
    assert "it ferments never" in found


def test_addresses_stay_behind_their_words_in_columns(text: Read):
    def draw(canvas: Canvas) -> None:
        across(BEES, HONEY)(canvas)
        canvas.linkURL(
            "https://bees.example/honey", (225, 757, 225 + canvas.stringWidth("Honey"), 770)
        )

    found = text(make_pdf(draw)).split("\n")

    assert found[4] == "Honey (https://bees.example/honey). It never goes"


TABLES: dict[str, list[list[str]]] = {
    "numbers": [["Pump", "Valve", "Seal", "Motor", "Fan"], ["980", "120", "45", "2,100", "60"]],
    "cells of words": [
        ["Clean the filter", "Oil the pump", "Check the seal", "Call the keeper", "Open the gate"],
        ["every week", "every month", "every year", "in June only", "at nine o'clock"],
    ],
    "small cells": [
        [
            "clean the filter",
            "oil the old pump",
            "check the seal",
            "call the keeper",
            "open the gate",
        ],
        ["every other week", "once a month", "once in a year", "in June only", "at nine o'clock"],
    ],
    "sentences": [
        [
            "Clean the filter.",
            "Oil the old pump.",
            "Check the seal.",
            "Call Ada.",
            "Open the gate.",
        ],
        ["Do it weekly.", "Do it monthly.", "Do it yearly.", "In June only.", "At nine o'clock."],
    ],
    "names and addresses": [
        ["Ada Byron", "Bob Hale", "Eve Stone", "Tom Reed", "Ann Lake"],
        ["ada@bees.example", "bob@bees.example", "eve@bees.example", "tom@bees.example", "none"],
        ["of the first hive", "of the second hive", "of the third hive", "of no hive", "is new"],
    ],
    "glossary": [
        ["hive", "", "queen", "", "drone"],
        [
            "a house for bees. it",
            "is made of wood",
            "lays all eggs. she",
            "is never alone",
            "is a male.",
        ],
    ],
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())
def test_tables_are_read_row_by_row(text: Read, table: list[list[str]]):
    rows = [" ".join(filter(None, row)) for row in zip(*table, strict=True)]

    assert text(make_pdf(across(*table))).split("\n") == rows


def test_three_lines_are_too_few_to_be_columns(text: Read):
    found = text(make_pdf(across(BEES[:3], HONEY[:3]))).split("\n")

    assert found == [" ".join(pair) for pair in zip(BEES[:3], HONEY[:3], strict=True)]


def test_words_with_wide_spaces_are_no_columns(text: Read):
    def draw(canvas: Canvas) -> None:
        shown = canvas.beginText(60, 760)
        shown.setWordSpace(14)
        shown.setLeading(14)
        shown.textLines(BEES + HONEY)
        canvas.drawText(shown)

    assert text(make_pdf(draw)).split("\n") == BEES + HONEY
