"""HTML as wild as browsers accept it."""

from pathlib import Path

from ingestion.last_errors import EmptyFile
from tests.ingestion.hostile.corpus import Bait, baited, hostile, text
from tests.ingestion.hostile.endings import DEEP_HTML, MANY_ATTRIBUTES


@hostile(
    "nested-divs.html",
    DEEP_HTML,
)
def two_hundred_thousand_divs_in_each_other(path: Path) -> None:
    path.write_text("<div>" * 200_000 + "needle" + "</div>" * 200_000)


@hostile("nested-lists.html", text("needle"))
def nested_lists_below_the_limit_of_depth(path: Path) -> None:
    path.write_text("<ul><li>needle" * 1_900)


@hostile("nested-tables.html", text("needle"))
def nested_html_tables_below_the_limit_of_depth(path: Path) -> None:
    path.write_text("<table><tr><td>needle" * 1_900)


@hostile("unclosed-formats.html", text("needle"))
def formats_that_are_opened_again_in_every_paragraph(path: Path) -> None:
    formats = "".join(f"<b id={n}><i id={n}>" for n in range(500))
    path.write_text(formats + "<p>needle" * 50_000)


@hostile("misnested.html", text("needle"))
def formats_closed_in_the_wrong_order(path: Path) -> None:
    path.write_text("<a><b><p>needle</a></b></p>" * 20_000)


@hostile("long-attribute.html", text("needle", without=("xxxxxxxx",)))
def an_attribute_of_ten_megabytes(path: Path) -> None:
    path.write_text(f"<p title='{'x' * 10_000_000}'>needle</p>")


@hostile(
    "many-attributes.html",
    MANY_ATTRIBUTES,
)
def a_tag_with_200_000_attributes(path: Path) -> None:
    attributes = " ".join(f"a{n}=1" for n in range(200_000))
    path.write_text(f"<p {attributes}>needle</p>")


@hostile("unclosed-comment.html", text("needle"))
def a_comment_that_never_ends(path: Path) -> None:
    path.write_text("<p>needle</p><!--" + "<!-" * 1_000_000)


@hostile("only-script.html", EmptyFile)
def a_page_that_is_all_script(path: Path) -> None:
    path.write_text("<html><script>" + "document.write('x');" * 100_000)


@hostile("angle-brackets.html", text("needle"))
def three_million_angle_brackets(path: Path) -> None:
    path.write_text("<p>needle</p>" + "<" * 1_000_000 + "<a" * 1_000_000)


@hostile("entities.html", text("needle"))
def entities_that_do_not_exist(path: Path) -> None:
    path.write_text("<p>needle " + "&#x110000;&#0;&#xd800;&nope;&#99999999999;&amp" * 50_000)


@hostile("long-row.html", text("needle"))
def a_row_of_100_000_cells(path: Path) -> None:
    path.write_text("<table><tr>" + "<td>1" * 100_000 + "<td>needle</table>")


@hostile("spans.html", text("needle"))
def a_cell_that_claims_to_span_a_billion_columns(path: Path) -> None:
    cell = "<td colspan=1000000000 rowspan=1000000000>needle</td>"
    path.write_text(f"<table><tr>{cell * 50}</tr></table>")


@hostile("says-utf-16.html", text("Zürich"))
def utf_8_that_claims_to_be_utf_16(path: Path) -> None:
    path.write_text("<meta charset=utf-16><p>Zürich am See</p>", encoding="utf-8")


@hostile("says-undefined.html", text("Zürich"))
def a_page_in_pythons_codec_that_always_fails(path: Path) -> None:
    path.write_text("<meta charset=undefined><p>Zürich am See</p>", encoding="utf-8")


@hostile("says-idna.html", text("needle"))
def a_page_in_pythons_codec_for_domain_names(path: Path) -> None:
    path.write_text(f"<meta charset=idna><p>needle{'.' * 100}</p>", encoding="utf-8")


@hostile("says-punycode.html", text("needle"))
def a_page_in_a_codec_of_quadratic_time(path: Path) -> None:
    path.write_text(f"<meta charset=punycode><p>needle</p>-{'a' * 1_000_000}")


@hostile("says-hex.html", text("needle"))
def a_page_in_a_codec_that_returns_bytes(path: Path) -> None:
    path.write_text("<meta charset=hex><p>needle</p>")


@baited("reaches-out.html", text("needle"))
def a_page_of_pictures_frames_and_styles_from_elsewhere(path: Path, bait: Bait) -> None:
    links = (
        f'<base href="{bait.url}"><link rel=stylesheet href="{bait.url}style.css">'
        f'<img src="{bait.url}picture.png"><iframe src="file://{bait.secret}"></iframe>'
        f'<script src="{bait.url}s.js"></script><object data="file://{bait.secret}"></object>'
        f'<meta http-equiv=refresh content="0;url={bait.url}">'
    )
    path.write_text(f"<html><head>{links}</head><body>needle</body></html>")


@baited("reaches-out.md", text("needle"))
def markdown_that_includes_files(path: Path, bait: Bait) -> None:
    path.write_text(f"# needle\n\n![x]({bait.url}x.png)\n\n!include {bait.secret}\n")


@baited("reaches-out.rst", text("needle"))
def a_text_with_directives_that_include_files(path: Path, bait: Bait) -> None:
    path.write_text(
        f"needle\n======\n\n.. include:: {bait.secret}\n\n"
        f".. csv-table:: x\n   :url: {bait.url}table.csv\n\n"
        f".. raw:: html\n   :file: {bait.secret}\n"
    )


@baited("reaches-out.tex", text("needle"))
def tex_that_reads_files_and_runs_programs(path: Path, bait: Bait) -> None:
    path.write_text(
        "\\documentclass{article}\\begin{document}needle\n"
        f"\\input{{{bait.secret}}}\\include{{{bait.secret}}}\\immediate\\write18{{id}}\n"
        "\\def\\x{\\x\\x}\\x\n\\end{document}\n"
    )
