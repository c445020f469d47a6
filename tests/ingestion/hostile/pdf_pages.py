"""PDF whose pages expand enormously, refer to themselves, or hide their text."""

from pathlib import Path

from ingestion.last_errors import (
    CorruptFile,
    EmptyFile,
    FileTooLarge,
    ParserCrashed,
    ParserExhausted,
    ParserTimedOut,
    ScannedFile,
)
from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.endings import NO_WORDS_ON_PAGES, TOO_MANY_TOKENS
from tests.ingestion.hostile.pdf_objects import (
    FONT,
    SHOWN,
    WORDS,
    one_page,
    packed,
    pdf,
    stream,
    zeros,
)

FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 612 792]"
IMAGE = b"/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width %d/Height %d"
# PDFium aborts if it runs out of memory, which shows only as a signal.
TOO_MUCH = (CorruptFile, EmptyFile, FileTooLarge, ParserCrashed, ParserExhausted, ParserTimedOut)


@hostile("pages-within-pages.pdf", CorruptFile)
def a_hundred_million_pages_that_are_all_the_same(path: Path) -> None:
    levels = [
        b"<</Type/Pages/Kids[%b]/Count %d>>"
        % (b"%d 0 R " % (number + 1) * 100, 100 ** (6 - number))
        for number in range(2, 6)
    ]
    page = b"<</Type/Page/MediaBox[0 0 612 792]/Contents 7 0 R/Resources<</Font<</F 8 0 R>>>>>>"
    path.write_bytes(pdf(b"<</Type/Catalog/Pages 2 0 R>>", *levels, page, stream(SHOWN), FONT))


@hostile("a-million-pages.pdf", ParserTimedOut, TOO_MANY_TOKENS, slow=True)
def a_million_pages_that_are_all_the_same(path: Path) -> None:
    kids = [b"%d 0 R " % number * 100 for number in (3, 4, 5)]
    levels = [
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids[place], 100 ** (3 - place))
        for place in range(3)
    ]
    page = b"<</Type/Page/MediaBox[0 0 612 792]/Contents 6 0 R/Resources<</Font<</F 7 0 R>>>>>>"
    path.write_bytes(pdf(b"<</Type/Catalog/Pages 2 0 R>>", *levels, page, stream(SHOWN), FONT))


@hostile("four-gigabytes-of-blanks.pdf", ParserExhausted, slow=True)
def a_page_that_unpacks_to_four_gigabytes(path: Path) -> None:
    path.write_bytes(one_page(stream(zeros(4_000), b"/Filter/FlateDecode")))


@hostile("packed-twice.pdf", EmptyFile)
def a_page_of_100_megabytes_that_is_packed_twice(path: Path) -> None:
    once = zeros(100)
    path.write_bytes(one_page(packed(once).replace(b"/FlateDecode", b"[/FlateDecode/FlateDecode]")))


@hostile("thirty-megabytes-of-words.pdf", text("again"))
def a_page_with_thirty_megabytes_of_words(path: Path) -> None:
    block = b"BT /F 1 Tf 72 700 Td (again and again and again and again) Tj ET\n"
    path.write_bytes(one_page(stream(zeros(30, block), b"/Filter/FlateDecode")))


@hostile("wide-predictor.pdf", EmptyFile)
def a_page_packed_in_rows_of_two_thousand_million_columns(path: Path) -> None:
    rows = b"/DecodeParms<</Predictor 15/Columns 2147483647/Colors 32/BitsPerComponent 16>>"
    path.write_bytes(one_page(packed(SHOWN, rows)))


@hostile("drawing-itself.pdf", text(WORDS))
def a_drawing_that_draws_itself(path: Path) -> None:
    form = stream(b"/X Do", FORM + b"/Resources<</XObject<</X 6 0 R>>>>")
    content = stream(SHOWN + b" /X Do")
    path.write_bytes(one_page(content, form, resources=b"/XObject<</X 6 0 R>>"))


@hostile("drawings-within-drawings.pdf", ParserExhausted, slow=True)
def thirty_drawings_that_each_draw_the_next_one_twice(path: Path) -> None:
    forms = [
        stream(b"/X Do /X Do", FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % (number + 1))
        for number in range(6, 36)
    ]
    last = stream(SHOWN, FORM + b"/Resources<</Font<</F 5 0 R>>>>")
    content = stream(SHOWN + b" /X Do")
    path.write_bytes(one_page(content, *forms, last, resources=b"/XObject<</X 6 0 R>>"))


@hostile("unclosed-states.pdf", text(WORDS))
def a_million_states_of_drawing_saved_and_never_restored(path: Path) -> None:
    path.write_bytes(one_page(packed(b"q " * 1_000_000 + SHOWN)))


@hostile("page-of-a-country.pdf", NO_WORDS_ON_PAGES, ScannedFile)
def a_page_of_a_thousand_kilometres_with_a_line(path: Path) -> None:
    size = b"[0 0 2834645669 2834645669]"
    path.write_bytes(one_page(stream(b"0 0 m 9 9 l S"), box=size))


@hostile("page-without-size.pdf", text(WORDS))
def a_page_of_no_size(path: Path) -> None:
    path.write_bytes(one_page(box=b"[0 0 0 0]"))


@hostile("ten-gigapixels.pdf", NO_WORDS_ON_PAGES, ScannedFile)
def a_picture_of_ten_thousand_million_pixels(path: Path) -> None:
    picture = packed(bytes(1_000_000), IMAGE % (100_000, 100_000))
    content = stream(b"612 0 0 792 0 0 cm /X Do")
    path.write_bytes(one_page(content, picture, resources=b"/XObject<</X 6 0 R>>"))


@hostile("patterns-within-patterns.pdf", ParserTimedOut, slow=True)
def a_pattern_that_is_drawn_with_itself(path: Path) -> None:
    tiles = b"/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep .001/YStep .001"
    itself = b"/Resources<</Pattern<</P 6 0 R>>>>"
    pattern = stream(b"/Pattern cs /P scn 0 0 1 1 re f", tiles + itself)
    content = stream(b"/Pattern cs /P scn 0 0 612 792 re f")
    path.write_bytes(one_page(content, pattern, resources=b"/Pattern<</P 6 0 R>>"))


@hostile("a-million-notes.pdf", text(WORDS, "a note"))
def a_million_notes_on_a_page(path: Path) -> None:
    note = b"<</Type/Annot/Subtype/FreeText/Rect[0 0 1 1]/Contents(a note)>>"
    path.write_bytes(one_page(b"", note, page=b"/Annots[%b]" % (b"6 0 R " * 1_000_000)))


@hostile("field-cycle.pdf", text(WORDS))
def a_field_of_a_form_that_is_its_own_parent(path: Path) -> None:
    field = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(name)/Rect[0 0 9 9]/Parent 6 0 R/Kids[6 0 R]>>"
    form = b"/AcroForm<</Fields[6 0 R]>>"
    path.write_bytes(one_page(b"", field, page=b"/Annots[6 0 R]", catalog=form))


@hostile("script.pdf", text(WORDS, without=("alert",)))
def a_script_that_runs_when_the_document_is_opened(path: Path) -> None:
    script = b"<</S/JavaScript/JS(while\\(true\\){app.alert\\('alert'\\)})>>"
    path.write_bytes(one_page(b"", script, catalog=b"/OpenAction 6 0 R", page=b"/AA<</O 6 0 R>>"))


@hostile("xfa.pdf", text(WORDS))
def a_form_in_xml_of_which_the_page_is_a_fallback(path: Path) -> None:
    xml = stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'><template/></xdp:xdp>")
    path.write_bytes(one_page(b"", xml, catalog=b"/AcroForm<</XFA 6 0 R/Fields[]>>"))


@hostile("portfolio.pdf", text(WORDS))
def a_portfolio_of_files(path: Path) -> None:
    file = b"<</Type/Filespec/F(a.exe)/EF<</F 7 0 R>>>>"
    names = b"/Collection<</View/D>>/Names<</EmbeddedFiles<</Names[(a.exe)6 0 R]>>>>"
    path.write_bytes(one_page(b"", file, stream(b"MZ", b"/Type/EmbeddedFile"), catalog=names))
