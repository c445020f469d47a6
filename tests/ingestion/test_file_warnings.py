"""Warnings about files: from a reader, through the sandbox, to the file's row."""

import pytest

from ingestion.file_warnings import (
    MAX_MESSAGE,
    MAX_WARNINGS,
    FileWarning,
    WarningCode,
    WarningFilter,
)
from ingestion.parsing.sections import Section, warn
from ingestion.sandbox.validation import Validator

PAGES = WarningCode.PAGES_NOT_READ


def passed(*messages: str) -> list[str]:
    """Return what is left of warnings with these messages."""
    new = WarningFilter().new
    return [left.message for each in messages for left in new(FileWarning(PAGES, each))]


def test_a_warning_is_passed_on_once():
    assert passed("page 1", "page 2", "page 1") == ["page 1", "page 2"]


def test_a_long_message_is_cut_and_stays_on_one_line():
    (message,) = passed("a\n b " + "long" * MAX_MESSAGE)

    assert message.startswith("a b longlong")
    assert message.endswith("…")
    assert len(message) == MAX_MESSAGE


def test_the_last_of_too_many_warnings_says_that_there_are_more():
    messages = passed(*(f"page {number}" for number in range(1000)))

    assert len(messages) == MAX_WARNINGS + 1
    assert messages[-1] == "more was not read than is listed here"


def test_a_section_carries_a_warning_and_no_text():
    assert warn(PAGES, "page 2") == Section("", warning=FileWarning(PAGES, "page 2"))


def test_the_worker_accepts_as_many_warnings_as_a_reader_may_give():
    validator = Validator(800)
    message = {"warning": "pages_not_read", "message": "x" * MAX_MESSAGE}

    warnings = [validator.warning(message) for _ in range(MAX_WARNINGS + 1)]

    assert set(warnings) == {FileWarning(PAGES, "x" * MAX_MESSAGE)}


@pytest.mark.parametrize("code", WarningCode)
def test_every_code_arrives(code):
    message = {"warning": code.value, "message": "text"}

    assert Validator(800).warning(message) == FileWarning(code, "text")
