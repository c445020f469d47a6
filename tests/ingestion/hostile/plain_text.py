"""Text without structure: too much of one character, or of blanks."""

import random
from pathlib import Path

from ingestion.last_errors import EmptyFile, UnsupportedFile
from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.endings import TOO_MANY_TOKENS

MEGABYTE = 1_000_000


@hostile("one-letter.txt", text("aaaa"))
def a_million_times_one_letter(path: Path) -> None:
    path.write_text("a" * MEGABYTE)


@hostile("one-mark.txt", text("!!!!"))
def a_million_exclamation_marks(path: Path) -> None:
    path.write_text("!" * MEGABYTE)


@hostile("spaces.txt", EmptyFile)
def a_million_spaces(path: Path) -> None:
    path.write_text(" " * MEGABYTE)


@hostile("spaces-and-a-word.txt", text("needle"))
def a_million_spaces_and_a_word(path: Path) -> None:
    path.write_text(" " * MEGABYTE + "needle" + " " * MEGABYTE)


@hostile("line-breaks.txt", EmptyFile)
def a_million_line_breaks_of_every_kind(path: Path) -> None:
    path.write_bytes(b"\n\r\n\r\x0c" * (MEGABYTE // 5))


@hostile("emoji.txt", text("👩‍👩‍👧‍👦"))
def a_megabyte_of_families(path: Path) -> None:
    path.write_text("👩‍👩‍👧‍👦" * 40_000)


@hostile("zero-width.txt", EmptyFile)
def a_megabyte_of_invisible_characters(path: Path) -> None:
    path.write_text("\u200b\u200c\u200d\ufeff" * 80_000)


@hostile("zero-width-inside-words.txt", text("needle"))
def words_between_zero_width_spaces(path: Path) -> None:
    path.write_text("a\u200b" * 100_000 + " needle")


@hostile("combining-marks.txt", text("a\u0301"))
def one_letter_with_half_a_million_accents(path: Path) -> None:
    path.write_text("a" + "\u0301" * 500_000)


@hostile("right-to-left.txt", text("needle"))
def text_that_changes_direction_with_every_word(path: Path) -> None:
    path.write_text("\u202eneedle\u202c \u2066needle\u2069 " * 20_000)


@hostile("special-tokens.txt", text("<|endoftext|>"))
def the_tokenizers_own_control_tokens(path: Path) -> None:
    path.write_text("<|endoftext|><|fim_prefix|>" * 20_000)


@hostile("nuls.txt", UnsupportedFile)
def a_million_nuls(path: Path) -> None:
    path.write_bytes(bytes(MEGABYTE))


@hostile("nuls-at-the-end.log", text("request 99 took 99 ms", without=("\0",)))
def a_log_whose_last_page_a_crash_left_as_nuls(path: Path) -> None:
    lines = b"".join(b"request %d took %d ms\n" % (n, n) for n in range(5_000))
    path.write_bytes(lines + bytes(4_096))


@hostile("surrogates-utf-8.txt", text("before", "after"))
def lone_surrogates_in_utf_8(path: Path) -> None:
    words = "before it \ud800 and after it, as some programs write them. "
    path.write_bytes(words.encode("utf-8", "surrogatepass") * 1_000)


@hostile("surrogates-utf-16.txt", text("before", "after"))
def lone_surrogates_in_utf_16(path: Path) -> None:
    words = "before it \udfff\ud800 and after it, as some programs write them. "
    path.write_bytes(b"\xff\xfe" + words.encode("utf-16-le", "surrogatepass") * 1_000)


@hostile("odd-utf-16.txt", text("needle"))
def utf_16_that_ends_inside_a_character(path: Path) -> None:
    path.write_bytes("needle in a haystack".encode("utf-16")[:-1])


@hostile("utf-32-beyond-unicode.txt", text("needle"))
def utf_32_with_characters_beyond_unicode(path: Path) -> None:
    path.write_bytes("needle ".encode("utf-32") * 100 + b"\xff\xff\xff\x7f" * 3)


@hostile("utf-7.txt", text("caf"))
def utf_7_which_once_smuggled_scripts(path: Path) -> None:
    path.write_bytes("café für Zürich. ".encode("utf-7") * 1_000)


@hostile("mark-lies.txt", text("needle"))
def utf_8_behind_the_mark_of_utf_16(path: Path) -> None:
    path.write_bytes(b"\xff\xfe" + b"a needle in plain ASCII text " * 1_000)


@hostile("encodings-mixed.txt", text("Zürich"))
def lines_in_turn_of_utf_8_and_latin_1(path: Path) -> None:
    path.write_bytes(("Zürich\n".encode() * 3 + "Genève\n".encode("latin-1")) * 2_000)


@hostile("no-line-breaks.txt", text("+/"))
def three_megabytes_of_digits_and_letters_without_a_space(path: Path) -> None:
    letters = random.Random(1).choices("0123456789abcdefghijklmnopqrstuvwxyz+/", k=MEGABYTE)
    path.write_text("".join(letters) * 3)


@hostile("paragraphs.txt", text("x\n\nx"))
def a_hundred_thousand_paragraphs_of_one_letter(path: Path) -> None:
    path.write_bytes(b"x\n\n" * 100_000)


@hostile("paragraphs-5m.txt", TOO_MANY_TOKENS)
def five_million_paragraphs_of_one_letter(path: Path) -> None:
    path.write_bytes(b"x\n\n" * 5_000_000)


@hostile("paragraphs-50m.txt", TOO_MANY_TOKENS, slow=True)
def fifty_million_paragraphs_of_one_letter(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(50):
            file.write(b"x\n\n" * 1_000_000)


@hostile("no-bytes.docx", EmptyFile)
def a_document_without_bytes(path: Path) -> None:
    path.touch()


@hostile("no-bytes.txt", EmptyFile)
def a_text_without_bytes(path: Path) -> None:
    path.touch()
