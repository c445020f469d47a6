import re
import time
from uuid import UUID

import pytest

from vectorstores.ids import (
    FILE,
    FILE_BATCH,
    NOBODY,
    UPLOAD,
    UPLOAD_PART,
    VECTOR_STORE,
    PublicId,
    new_id,
)

FORMATS = [VECTOR_STORE, FILE_BATCH, FILE, UPLOAD, UPLOAD_PART]
LAST = UUID(int=(1 << 128) - 1)


@pytest.mark.parametrize(
    ("format_", "pattern"),
    [
        (VECTOR_STORE, r"vs_[0-9a-f]{32}"),
        (FILE_BATCH, r"vsfb_[0-9a-f]{32}"),
        (FILE, r"file-[0-9A-Za-z]{22}"),
        (UPLOAD, r"upload_[0-9a-f]{32}"),
        (UPLOAD_PART, r"part_[0-9a-f]{32}"),
    ],
)
def test_ids_look_as_clients_know_them(format_, pattern):
    for value in (new_id(), UUID(int=1), LAST):
        assert re.fullmatch(pattern, format_.encode(value))


@pytest.mark.parametrize("format_", FORMATS)
def test_an_encoded_id_decodes_to_itself(format_):
    for value in (*(new_id() for _ in range(200)), NOBODY, UUID(int=1), UUID(int=61), LAST):
        assert format_.decode(format_.encode(value)) == value


@pytest.mark.parametrize("format_", FORMATS)
def test_a_malformed_id_matches_no_row(format_):
    good = format_.encode(new_id())

    for bad in (
        "",
        format_.prefix,
        good.removeprefix(format_.prefix),
        good[:-1],
        good + "0",
        good[:-1] + "-",
        good[:-1] + "é",
        good[:-1] + "٣",
        good[:-1] + " ",
        good[:-1] + "\x00",
        "\n" + good[1:],
    ):
        assert format_.decode(bad) == NOBODY
        assert format_.parse(bad) == PublicId(bad, NOBODY)


def test_an_id_beyond_128_bits_matches_no_row():
    assert FILE.decode("file-" + "z" * 22) == NOBODY


def test_an_id_in_upper_case_matches_no_row():
    assert VECTOR_STORE.decode(VECTOR_STORE.encode(LAST).upper()) == NOBODY


def test_ids_sort_by_age():
    made = [new_id() for _ in range(1000)]

    assert made == sorted(made)
    for format_ in FORMATS:
        public = [format_.encode(value) for value in made]
        assert public == sorted(public)


def test_an_id_begins_with_the_time_it_was_made():
    before = time.time_ns() // 1_000_000

    milliseconds = new_id().int >> 80

    assert before <= milliseconds <= time.time_ns() // 1_000_000
