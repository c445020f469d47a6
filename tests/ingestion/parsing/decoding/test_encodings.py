"""Detection of encodings in the half of Django's translations that no pairs were counted in."""

from collections import Counter

import pytest

from benchmarks.encodings import CASES, EAST_ASIAN, outcomes, translations
from ingestion.parsing.decoding import alphabets


@pytest.mark.parametrize(("language", "charset"), CASES)
def test_a_kilobyte_of_prose_is_read_as_it_was_written(language: str, charset: str):
    found = outcomes(translations(language, half=0), charset, size=1_000, count=8)

    assert found["wrong"] <= 1  # a euro sign, or a letter that differs in only two sets
    assert found["right"] >= 0.75 * found.total()


def test_a_hundred_bytes_are_read_as_written_or_refused():
    found: Counter[str] = Counter()
    for language, charset in CASES:
        found += outcomes(translations(language, half=0), charset, size=100, count=8)

    assert found["right"] >= 0.9 * found.total()
    assert found["wrong"] <= 0.015 * found.total()


@pytest.mark.parametrize("charset", ["mac-iceland", "mac-turkish", "cp037"])
def test_text_in_an_unsupported_set_is_mostly_refused(charset: str):
    language = {"mac-iceland": "is", "mac-turkish": "tr", "cp037": "de"}[charset]

    found = outcomes(translations(language, half=0), charset, size=1_000, count=8)

    assert found["right"] == 0
    assert found["wrong"] <= 0.25 * found.total()


def test_every_language_has_pairs_and_python_knows_every_set():
    for language, charsets in alphabets.CHARSETS.items():
        known, alphabet = alphabets._language(language)
        assert known
        assert alphabet
        for charset in charsets:
            assert "a".encode(charset) == b"a"
    assert not set(EAST_ASIAN) & set(alphabets.CHARSETS)
