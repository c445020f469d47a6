import codecs
import random
from pathlib import Path

import pytest

from ingestion.last_errors import FileTooLarge, UnknownEncoding, UnsupportedFile
from ingestion.parsing import decoding
from ingestion.parsing.decoding import decode

FRENCH = "Le café est fermé en août, l'atelier rouvre à la rentrée — bien sûr.\n" * 3
JAPANESE = "自転車は三週間から四週間で届きます。\n修理は無料です。\n" * 3
SIMPLIFIED = "国家图书馆的书目前可以在中山路借阅,请先登记。\n" * 3
TRADITIONAL = "國家圖書館的書目前可以在中山路借閱,請先登記。\n" * 3
KOREAN = "자전거는 삼 주 안에 도착합니다. 수리는 무료입니다.\n" * 3
POLISH = "Zażółć gęślą jaźń: rower dojedzie w ciągu trzech tygodni, naprawy są bezpłatne.\n" * 3
GREEK = "Το ποδήλατο φτάνει σε τρεις εβδομάδες και οι επισκευές είναι δωρεάν.\n" * 3  # noqa: RUF001
RUSSIAN = "Велосипед прибывает через три недели.\n" * 3


@pytest.mark.parametrize("original", [FRENCH, JAPANESE, RUSSIAN, "plain\n", "😀 emoji\n"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-marked", "utf-16-be-marked", "utf-32"]
)
def test_unicode_is_read_with_any_byte_order_mark(original: str, encoding: str):
    marks = {
        "utf-16-le-marked": codecs.BOM_UTF16_LE + original.encode("utf-16-le"),
        "utf-16-be-marked": codecs.BOM_UTF16_BE + original.encode("utf-16-be"),
    }

    data = marks[encoding] if encoding in marks else original.encode(encoding)

    assert decode(data) == original


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("original", [FRENCH, "x\n", '{"name": "自転車", "price": 4}'])
def test_utf16_with_some_ascii_needs_no_mark(original: str, encoding: str):
    assert decode(original.encode(encoding)) == original


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_western_text_from_before_utf8_is_read(encoding: str):
    original = FRENCH.replace("—", "-")

    assert decode(original.encode(encoding)) == original


def test_windows_quotes_and_dashes_are_read():
    assert decode(b"\x93Quiet\x94 \x96 it costs 5 \x80") == "“Quiet” – it costs 5 €"  # noqa: RUF001


@pytest.mark.parametrize(
    ("original", "encoding"),
    [
        *((JAPANESE, name) for name in ("shift_jis", "euc_jp", "iso2022_jp")),
        *((RUSSIAN, name) for name in ("cp1251", "koi8-r", "cp866", "iso8859-5")),
        *((SIMPLIFIED, name) for name in ("gb2312", "gb18030")),
        (TRADITIONAL, "big5"),
        (KOREAN, "euc_kr"),
        (POLISH, "cp1250"),
        (GREEK, "cp1253"),
    ],
)
def test_text_in_a_legacy_encoding_is_read(original: str, encoding: str):
    assert decode(original.encode(encoding)) == original


@pytest.mark.parametrize("seed", range(5))
def test_text_in_an_unknown_encoding_is_refused_rather_than_garbled(seed: int):
    letters = random.Random(seed).choices([*range(0x80, 0x100), ord(" ")], k=400)

    with pytest.raises(UnknownEncoding) as caught:
        decode(bytes(letters))

    assert str(caught.value) == (
        "The file could not be parsed. Its characters are in an encoding we cannot tell:"
        " save it as UTF-8 and upload it again."
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_east_asian_text_in_wide_characters_needs_no_mark(encoding: str):
    assert decode((JAPANESE * 3).encode(encoding)) == JAPANESE * 3


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0" encoding="koi8-r"?><a>мир</a>',
        '<meta charset="koi8-r"><p>мир',
        "#!/usr/bin/env python\n# -*- coding: koi8-r -*-\nx = 'мир'",
        '@charset "koi8-r"; /* мир */',
    ],
)
def test_an_encoding_that_a_text_declares_is_used(text: str):
    assert decode(text.encode("koi8-r")) == text


@pytest.mark.parametrize("declared", ["latin-1", "hex", "utf-7", "utf-16", "no-such-set", "é"])
def test_a_declared_encoding_does_not_override_valid_utf8(declared: str):
    text = f'<meta charset="{declared}"><p>мир и сосед'

    assert decode(text.encode()) == text
    assert decode("мир и сосед".encode(), declared) == "мир и сосед"


def test_a_few_broken_bytes_are_replaced():
    data = JAPANESE.encode()

    decoded = decode(data[:100] + b"\xff" + data[100:-2])

    assert decoded.count("\ufffd") <= 4
    assert "修理は無料です。" in decoded


def test_one_odd_byte_does_not_change_the_encoding_of_a_file():
    assert decode(b"A plain text with an odd \x81 byte") == "A plain text with an odd \ufffd byte"


@pytest.mark.parametrize("half", [b"\xed\xa0\x80", b"\xed\xa0\xbd\xed\xb8\x80"])
def test_surrogates_in_utf8_do_not_suggest_another_encoding(half: bytes):
    decoded = decode(b"one of many words " + half * 2 + b" and then some" * 10)

    assert decoded.replace("\ufffd", "") == "one of many words " + " and then some" * 10


def test_a_file_of_only_surrogates_is_not_text():
    with pytest.raises(UnsupportedFile):
        decode(b"\xed\xa0\x80" * 100)


def test_a_replacement_character_in_the_file_is_kept():
    assert decode("broken before: \ufffd".encode()) == "broken before: \ufffd"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_become_one_kind_and_indentation_stays(line_end: str):
    source = f"def f():{line_end}\treturn 1{line_end}{line_end}    # done"

    assert decode(source.encode()) == "def f():\n\treturn 1\n\n    # done"


def test_a_log_may_contain_colours_and_a_stray_nul():
    log = "\x1b[31mERROR\x1b[0m disk full\n" * 20 + "\0"

    assert decode(log.encode()) == log.rstrip("\0")


@pytest.mark.parametrize(
    "data",
    [
        random.Random(1).randbytes(5000),
        b"\x7fELF\x02\x01\x01" + bytes(200),
        b"GIF89a" + random.Random(2).randbytes(500),
        bytes(3000),
    ],
    ids=["noise", "program", "picture", "zeros"],
)
def test_binary_data_is_not_supported(data: bytes):
    with pytest.raises(UnsupportedFile):
        decode(data)


def test_a_file_beyond_its_readers_limit_is_refused_before_it_is_read(tmp_path: Path):
    path = tmp_path / "long.html"
    path.write_bytes(b"x" * 1_000_001)

    with pytest.raises(FileTooLarge) as caught:
        decoding.read_bytes(path, at_most=1_000_000)

    assert str(caught.value) == (
        "The file could not be parsed because it is too large. Files of this type are read up to"
        " 1 MB: split it into smaller files and upload those."
    )


@pytest.mark.parametrize(
    ("original", "encoding"),
    [(FRENCH, "utf-8"), ("😀" * 50, "utf-8"), (JAPANESE, "utf-16"), (JAPANESE, "shift_jis")],
)
@pytest.mark.parametrize("size", [16, 17, 33])
def test_a_file_is_read_block_by_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, original: str, encoding: str, size: int
):
    path = tmp_path / "text"
    path.write_bytes(original.encode(encoding))
    monkeypatch.setattr(decoding, "BLOCK", size)

    pieces = list(decoding.texts(path))

    assert "".join(pieces) == original
    assert max(map(len, pieces)) <= size


def test_a_line_end_split_between_two_blocks_is_one_line_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "text"
    path.write_bytes(b"a\r\nb\r\n\r\nc")
    monkeypatch.setattr(decoding, "BLOCK", 2)

    assert "".join(decoding.texts(path)) == "a\nb\n\nc"


def test_the_encoding_is_detected_from_the_end_of_a_long_file_too(tmp_path: Path):
    path = tmp_path / "text"
    path.write_bytes(b"plain ASCII\n" * 100_000 + RUSSIAN.encode("cp1251"))

    assert "".join(decoding.texts(path)).endswith(RUSSIAN)


def test_a_few_undecodable_letters_in_a_long_text_are_replaced():
    odd = b"\x81\x8d\x8f\xf0\xd1\x9d"

    decoded = decode(b"A long text in English. " * 100 + odd)

    assert decoded == "A long text in English. " * 100 + "\ufffd" * 6


LINE = b"2026-05-01 08:30 pump seven stopped\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (LINE + bytes(5_000), f"{LINE.decode()} "),
        (bytes(65_536) + LINE, f" {LINE.decode()}"),
        (b"spindle07\0\0\0bin K07\0\n", "spindle07 bin K07 \n"),
        ("Größe\0\0\0acht".encode(), "Größe acht"),
    ],
    ids=["after", "before", "between", "beyond ASCII"],
)
def test_nuls_that_pad_a_text_become_a_space(content: bytes, expected: str):
    found = decode(content)

    assert " ".join(found.split()) == " ".join(expected.split())
    assert "\0" not in found


@pytest.mark.parametrize(
    "content",
    [bytes(5_000), b"\0\1\2\3" * 99, b"MThd\0\0\0\6\0\1\0\2\xe0\x90\x40\x7f" * 99, b"ab\1\0" * 99],
)
def test_a_binary_file_with_nuls_is_no_text(content: bytes):
    with pytest.raises(UnsupportedFile):
        decode(content)


def test_a_text_in_doubt_is_read_in_the_set_that_its_reader_names():
    mixed = "Größe, café, señor, køb, naïve, 3,50 €".encode("cp1252")
    with pytest.raises(UnknownEncoding):
        decode(mixed)

    assert decode(mixed, in_doubt="cp1252") == mixed.decode("cp1252")
