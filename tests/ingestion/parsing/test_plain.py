import pytest

from ingestion.parsing import decoding
from ingestion.parsing.sections import in_sections
from tests.ingestion.parsing.conftest import Read, Sections

CODE = "class Bell:\n    def ring(self):\n\n        return '\\u2603'  # <|endoftext|>\n"


@pytest.mark.parametrize(
    "suffix",
    [
        *("c", "cpp", "cs", "css", "go", "h", "java", "js", "php", "py", "rb", "sh", "ts", "vb"),
        *("log", "md", "rst", "tex", "toml", "txt", "xml", "yaml", "anything"),
    ],
)
def test_text_and_code_of_any_name_are_kept_as_they_are(text: Read, suffix: str):
    assert text(CODE.encode(), f"bell.{suffix}") == CODE


@pytest.mark.parametrize("filename", ["Makefile", "LICENSE", ".gitignore", "notes.final.v2", ""])
def test_a_file_without_a_known_suffix_is_read(text: Read, filename: str):
    assert text(b"all: build\n", filename) == "all: build\n"


def test_markdown_keeps_its_marks(text: Read):
    source = "# Title\n\n- *one*\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"

    assert text(source.encode(), "notes.md") == source


def test_json_keeps_its_layout_and_its_numbers(text: Read):
    source = '{\n  "price": 12.50,\n  "count": 1e3, "price": 7\n}'

    assert text(source.encode(), "prices.json") == source


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'"Z\u00fcrich"', '"Zürich"'),
        (r'"\u6771\u4eac"', '"東京"'),
        (r'"\ud83d\ude00!"', '"😀!"'),
        (r'"say \u0022hi\u0022\u000a"', r'"say \"hi\"\n"'),
        (r'"C:\\u00fcbung"', r'"C:\\u00fcbung"'),
        (r'"half \ud83d"', r'"half \ud83d"'),
        (r'"\u00zz"', r'"\u00zz"'),
    ],
)
def test_json_escapes_become_the_letters_people_search_for(text: Read, written: str, read: str):
    assert text(written.encode(), "names.json") == read


def test_escapes_are_replaced_only_in_json(text: Read):
    assert text(rb"name = '\u00fc'", "names.py") == r"name = '\u00fc'"


@pytest.mark.parametrize("broken", ['{"a": [1, 2', "not json at all", "[" * 50_000])
def test_broken_json_is_still_text(text: Read, broken: str):
    assert text(broken.encode(), "broken.json") == broken


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_json_may_be_in_any_unicode_encoding(text: Read, encoding: str):
    assert text('{"town": "Zürich"}'.encode(encoding), "t.json") == '{"town": "Zürich"}'


def test_json_lines_are_json(text: Read):
    assert text(b'{"a": "\\u00e9"}\n{"b": 2}\n', "rows.jsonl") == '{"a": "é"}\n{"b": 2}\n'


def test_nul_is_left_out_because_postgres_cannot_hold_it(text: Read):
    assert text(b"one\0 two, and more words\n", "log.txt") == "one two, and more words\n"


ESCAPED = r'{"a": "Z\u00fcrich \\u00fc \ud83d\ude00\u6771 \\\\\u00e9 \ud83d half"}'


@pytest.mark.parametrize("size", range(1, 30))
def test_escapes_are_read_across_block_boundaries(
    text: Read, monkeypatch: pytest.MonkeyPatch, size: int
):
    at_once = text(ESCAPED.encode(), "a.json")

    monkeypatch.setattr(decoding, "BLOCK", size)

    assert text(ESCAPED.encode(), "a.json") == at_once
    assert at_once == '{"a": "Zürich \\\\u00fc 😀東 \\\\\\\\é \\ud83d half"}'


def test_a_long_text_comes_in_several_sections(sections: Sections):
    lines = "".join(f"{number}: ein Satz über Räder\n" for number in range(100_000))

    parts = sections(lines.encode(), "long.txt")

    assert len(parts) > 10
    assert max(len(part.text) for part in parts) <= 256 * 1024
    assert not parts[0].continues
    assert all(part.continues for part in parts[1:])
    assert "".join(part.text for part in parts) == lines


def test_blank_space_within_a_text_is_kept_and_before_it_is_not(sections: Sections):
    blank = "\n" * decoding.BLOCK

    parts = sections(f"{blank}one{blank * 2}two".encode(), "a.txt")

    assert "".join(part.text for part in parts).strip() == f"one{blank * 2}two"
    assert [part.continues for part in parts][:2] == [False, True]


def test_a_text_in_one_piece_is_split_too():
    parts = list(in_sections(["x" * 300_000, "", "y"], "Title"))

    assert [len(part.text) for part in parts] == [131_072, 131_072, 37_856, 1]
    assert [part.continues for part in parts] == [False, True, True, True]
    assert {part.heading for part in parts} == {"Title"}
