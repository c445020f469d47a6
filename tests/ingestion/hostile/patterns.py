"""Text on which careless regular expressions or recursion would never end."""

from itertools import count, pairwise
from pathlib import Path

from tests.ingestion.hostile.corpus import hostile, text

SIZE = 50_000  # characters of each

REPEATED = {
    "spaces": " ",
    "tabs": "\t",
    "letters": "a",
    "digits": "1",
    "dashes": "-",
    "equals": "=",
    "stars": "*",
    "stars-apart": "* ",
    "underscores": "_ ",
    "quotes": '"',
    "backticks": "`",
    "brackets": "[",
    "links": "[a](",
    "pictures": "![",
    "footnotes": "[^1]: ",
    "braces": "{",
    "dollars": "$",
    "backslashes": "\\",
    "begins": "\\begin{a}",
    "pipes": "|",
    "borders": "+-",
    "references": "|a|_",
    "roles": ":a:`",
    "angles": "<",
    "comments": "<!--",
    "tags": "<a ",
    "ampersands": "&",
    "numbers-of-characters": "&#",
    "encoded-words": "=?utf-8?q?",
    "addresses": "a@",
    "boundaries": "; boundary=",
    "hosts": "a.",
    "urls": "http://",
    "levels": "> ",
    "items": "- ",
    "drawers": ":a:\n",
    "colons": ":",
    "percent": "%",
    "commas": ",",
    "semicolons": ";",
    "escapes": "\\u00",
    "returns": "\r",
    "lines": "\n",
    "indented": "\n ",
}
KINDS = ("txt", "md", "rst", "tex", "html", "xml", "csv", "json", "eml")


def _every_pattern(kind: str) -> None:
    def build(path: Path) -> None:
        parts = (each * (SIZE // len(each)) + "!" for each in REPEATED.values())
        head = "From: a@example.com\nSubject: needle" if kind == "eml" else "needle first"
        path.write_text("\n\n".join((head, *parts, "needle last")))

    build.__doc__ = f"fifty thousand characters of each kind of markup, as .{kind}"
    hostile(f"patterns.{kind}", text("needle"))(build)


for _kind in KINDS:
    _every_pattern(_kind)


@hostile("nested.md", text("needle"))
def quotations_and_lists_in_each_other_5_000_deep(path: Path) -> None:
    lists = "\n".join(f"{'  ' * n}- item" for n in range(1_000))
    path.write_text(f"# needle\n\n{lists}\n\n{'> ' * 5_000}quoted\n\n{'#' * 5_000} title\n")


@hostile("titles.md", text("needle"))
def fifty_thousand_titles(path: Path) -> None:
    path.write_text("".join(f"{'#' * (n % 6 + 1)} needle {n}\n" for n in range(50_000)))


@hostile("columns.md", text("needle"))
def a_table_of_20_000_columns(path: Path) -> None:
    row = "| needle " * 20_000 + "|\n"
    path.write_text(row + "|---" * 20_000 + "|\n" + row * 3)


@hostile("backticks.md", text("needle"))
def runs_of_backticks_of_different_lengths(path: Path) -> None:
    path.write_text("needle " + " ".join("`" * n for n in range(1, 1_500)))


@hostile("nested.rst", text("needle"))
def blocks_in_blocks_1_000_deep(path: Path) -> None:
    blocks = "\n\n".join(f"{' ' * n}- needle" for n in range(1_000))
    path.write_text(f"Title\n=====\n\n{blocks}\n")


@hostile("substitutions.rst", text("needle"))
def substitutions_of_each_other(path: Path) -> None:
    lines = [f".. |a{n}| replace:: {f'|a{n - 1}| ' * 10}" for n in range(1, 12)]
    circle = ".. |x| replace:: |y|\n.. |y| replace:: |x|"
    path.write_text("\n".join(("needle |a11| |x|\n", ".. |a0| replace:: lol", *lines, circle)))


@hostile("grid.rst", text("needle"))
def a_table_drawn_with_lines_that_do_not_meet(path: Path) -> None:
    border, row = "+" + "-" * 999 + "+", "|" + " needle ".ljust(998) + "\n"
    path.write_text(f"{border}\n" + row * 500 + f"{border[:-5]}\n")


@hostile("macros.tex", text("needle"))
def macros_that_expand_to_billions(path: Path) -> None:
    names = ["\\lol", *("\\lol" + "i" * n for n in range(1, 12))]
    macros = "\n".join(f"\\newcommand{{{name}}}{{{below * 10}}}" for name, below in pairwise(names))
    body = r"\def\x{\x\x}needle \lol \x"
    path.write_text(f"\\documentclass{{article}}\n{macros}\n\\begin{{document}}{body}\n")


@hostile("braces.tex", text("needle"))
def groups_in_groups_100_000_deep(path: Path) -> None:
    path.write_text(r"\textbf{" * 100_000 + "needle" + "}" * 100_000)


@hostile("environments.tex", text("needle"))
def environments_in_each_other_that_never_end(path: Path) -> None:
    opened = "".join(rf"\begin{{itemize}}\item needle {n} " for n in range(20_000))
    path.write_text(rf"\documentclass{{article}}\begin{{document}}{opened}")


@hostile("stars.org", text("needle"))
def outlines_a_thousand_levels_deep(path: Path) -> None:
    path.write_text("".join(f"{'*' * n} needle\n" for n in range(1, 1_000)))


@hostile("endless-field.csv", text("needle"))
def a_field_of_four_megabytes(path: Path) -> None:
    path.write_text("name,words\nneedle," + "endless words " * 300_000)


@hostile("separators.csv", text("needle"))
def lines_with_different_separators(path: Path) -> None:
    marks = zip(count(), ",;\t|:~^" * 3_000, strict=False)
    path.write_text("".join(f"needle{mark}{n}{mark}x\n" for n, mark in marks))
