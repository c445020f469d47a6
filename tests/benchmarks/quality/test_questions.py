import tomllib
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.quality import english
from benchmarks.quality.corpus import document
from benchmarks.quality.pages import Heading
from benchmarks.quality.questions import Answer

QUESTIONS = Path(english.__file__).with_name("questions.toml")

ENTRY = """
[[question]]
sort = "how"
asks = "How do I undo it?"
answers = [{ of = "html/undo.html", section = "Undoing", says = "type undo twice" }]
"""


def test_a_chunk_answers_if_it_holds_half_a_section_or_lies_half_in_it():
    section = Answer("a", 100, 300, is_section=True)

    assert section.is_in(0, 200)
    assert not section.is_in(0, 199)
    assert section.is_in(280, 320)
    assert not section.is_in(281, 321)


def test_a_chunk_must_contain_the_whole_passage():
    passage = Answer("a", 100, 140, is_section=False)

    assert passage.is_in(100, 140)
    assert not passage.is_in(101, 900)


def test_a_written_question_is_answered_by_the_passage_in_its_section(tmp_path: Path):
    path = tmp_path / "questions.toml"
    path.write_text(ENTRY)
    content: list[str | Heading] = [
        Heading("Other"),
        "Never type undo twice.",
        Heading("Undoing"),
        "First type\nundo twice.",
    ]
    made = document("usr/html/undo.html", content)

    (question,) = english.written([made], path)

    (answer,) = question.answers
    assert made.text[answer.start : answer.end] == "type\nundo twice"


def test_a_question_without_its_answer_stops_the_benchmark(tmp_path: Path):
    path = tmp_path / "questions.toml"
    path.write_text(ENTRY)
    made = document("usr/html/undo.html", [Heading("Undoing"), "Type redo."])

    with pytest.raises(english.LabelError) as error:
        english.written([made], path)

    assert str(error.value) == "“Undoing” of html/undo.html does not say: type undo twice"


def test_written_questions_are_unique_and_of_a_known_kind():
    entries = tomllib.loads(QUESTIONS.read_text())["question"]

    assert len(entries) >= 200
    assert max(Counter(entry["asks"] for entry in entries).values()) == 1
    assert {entry["sort"] for entry in entries} == {
        "how",
        "why",
        "error",
        "compare",
        "exact",
        "vague",
    }
    assert all(entry["answers"] for entry in entries)
