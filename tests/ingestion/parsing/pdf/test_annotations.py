from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.ingestion.hostile.pdf_objects import one_page
from tests.ingestion.parsing.pdf.documents import lines, make_pdf

Read = Callable[[bytes], str]

NOTE = b"<</Type/Annot/Subtype/%b/Rect[0 0 9 9]/Contents(%b)%b>>"


def form(canvas: Canvas) -> None:
    lines("Application")(canvas)
    fields = canvas.acroForm
    fields.textfield(name="person.surname", tooltip="Surname", value="Lovelace", x=72, y=600)
    fields.textfield(name="town", value="London", x=72, y=560)
    fields.textfield(name="empty", tooltip="Empty", value="", x=72, y=520)
    fields.textfield(name="pin", tooltip="PIN", value="1234", fieldFlags="password", x=72, y=480)
    fields.choice(name="year", tooltip="Year", value="1843", options=["1842", "1843"], x=72, y=440)
    fields.checkbox(name="terms", tooltip="Terms", checked=True, x=72, y=400)
    fields.checkbox(name="letters", tooltip="Letters", checked=False, x=72, y=360)


def test_filled_form_fields_are_read_with_their_names(text: Read):
    assert text(make_pdf(form)).split("\n") == [
        "Application",
        "",
        "Surname: Lovelace",
        "town: London",
        "Year: 1843",
        "Terms: Yes",
    ]


def test_a_field_that_is_on_a_page_twice_is_read_once(text: Read):
    field = b"<</FT/Tx/T(name)/V(Ada)/Kids[7 0 R 8 0 R]>>"
    place = b"<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]/Parent 6 0 R>>"
    both = b"/Annots[7 0 R 8 0 R]"
    content = one_page(b"", field, place, place, page=both, catalog=b"/AcroForm<</Fields[6 0 R]>>")

    assert text(content) == "readable words\n\nname: Ada"


def test_notes_on_a_page_are_text_and_hidden_ones_are_not(text: Read):
    content = one_page(
        b"",
        NOTE % (b"FreeText", b"written across", b""),
        NOTE % (b"Text", b"stuck on", b""),
        NOTE % (b"FreeText", b"hidden", b"/F 2"),
        NOTE % (b"Link", b"a link", b""),
        page=b"/Annots[6 0 R 7 0 R 8 0 R 9 0 R]",
    )

    assert text(content) == "readable words\n\nwritten across\nstuck on"


@pytest.mark.parametrize(
    "subtype",
    [
        "Text",
        "FreeText",
        "Highlight",
        "Underline",
        "Squiggly",
        "StrikeOut",
        "Stamp",
        "Caret",
        "Line",
        "Square",
        "Circle",
        "Polygon",
        "PolyLine",
        "Ink",
        "FileAttachment",
    ],
)
def test_remarks_of_every_kind_are_read(text: Read, subtype: str):
    content = one_page(b"", NOTE % (subtype.encode(), b"Ask Ada.", b""), page=b"/Annots[6 0 R]")

    assert text(content) == "readable words\n\nAsk Ada."


def test_a_remark_that_repeats_the_marked_words_is_left_out(text: Read):
    content = one_page(
        b"",
        NOTE % (b"Highlight", b"readable  words", b""),
        NOTE % (b"Text", b"words", b""),
        page=b"/Annots[6 0 R 7 0 R]",
    )

    assert text(content) == "readable words\n\nwords"


def test_a_pop_up_does_not_repeat_its_remark(text: Read):
    content = one_page(
        b"",
        NOTE % (b"Text", b"Ask Ada.", b"/Popup 7 0 R"),
        NOTE % (b"Popup", b"Ask Ada, again.", b"/Parent 6 0 R"),
        page=b"/Annots[6 0 R 7 0 R]",
    )

    assert text(content) == "readable words\n\nAsk Ada."


def test_a_remark_with_formats_alone_is_read(text: Read):
    rich = b"/RC(<?xml version='1.0'?><body><p>Ask <b>Ada</b> &amp; Bob</p></body>)"

    content = one_page(b"", NOTE % (b"FreeText", b"", rich), page=b"/Annots[6 0 R]")

    assert " ".join(text(content).split()) == "readable words Ask Ada & Bob"


def with_field(field: bytes, *others: bytes) -> bytes:
    return one_page(
        b"",
        b"<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]%b>>" % field,
        *others,
        page=b"/Annots[6 0 R]",
        catalog=b"/AcroForm<</Fields[6 0 R]>>",
    )


@pytest.mark.parametrize(
    ("field", "line"),
    [
        (b"/FT/Tx/T(hive)/V(seven)", "hive: seven"),
        (b"/FT/Tx/T(hive)/TU(Hive:)/V(seven)", "Hive: seven"),
        (b"/FT/Tx/T(hive)/V<FEFF0073FFFC00650000FEFF0076>", "hive: sev"),
        (b"/FT/Tx/Ff 4096/T(hive)/V(seven\rand eight)", "hive: seven\nand eight"),
        (b"/FT/Tx/T(a.hive)/DV(six)/V(seven)", "hive: seven"),
        (b"/FT/Ch/Ff 131072/T(hive)/Opt[(six)(seven)]/V(seven)", "hive: seven"),
        (b"/FT/Ch/Ff 131072/T(hive)/Opt[[(6)(six)][(7)(seven)]]/V(7)", "hive: seven"),
        (b"/FT/Ch/Ff 393216/T(hive)/Opt[(six)(seven)]/V(eight)", "hive: eight"),
        (b"/FT/Ch/T(hive)/Opt[(six)(seven)]/V(six)", "hive: six"),
        (
            b"/FT/Ch/Ff 2097152/T(hive)/Opt[(six)(seven)(eight)]/V[(six)(eight)]/I[0 2]",
            "hive: six, eight",
        ),
        (b"/FT/Ch/Ff 2097152/T(hive)/Opt[(six)(seven)(eight)]/V[(six)(eight)]", "hive: six, eight"),
        (b"/FT/Btn/T(hive)/V/Yes/AS/Yes/AP<</N<</Yes 4 0 R/Off 4 0 R>>>>", "hive: Yes"),
        (b"/FT/Btn/T(hive)/V/Ja/AS/Ja/AP<</N<</Ja 4 0 R>>>>", "hive: Ja"),
        (
            b"/FT/Btn/Ff 49152/T(hive)/V/seven/AS/seven/AP<</N<</seven 4 0 R/Off 4 0 R>>>>",
            "hive: seven",
        ),
    ],
)
def test_every_kind_of_field_is_read(text: Read, field: bytes, line: str):
    assert text(with_field(field)) == f"readable words\n\n{line}"


@pytest.mark.parametrize(
    "field",
    [
        b"/FT/Tx/T(hive)",
        b"/FT/Tx/T(hive)/V()",
        b"/FT/Tx/Ff 8192/T(pin)/V(1234)",
        b"/FT/Tx/T(hive)/V(seven)/F 2",
        b"/FT/Ch/T(hive)/Opt[(six)(seven)]",
        b"/FT/Btn/T(hive)/V/Off/AS/Off/AP<</N<</Yes 4 0 R/Off 4 0 R>>>>",
        b"/FT/Btn/Ff 65536/T(send)/MK<</CA(Send)>>",
        b"/FT/Sig/T(signature)",
    ],
)
def test_empty_and_secret_fields_are_left_out(text: Read, field: bytes):
    assert text(with_field(field)) == "readable words"


@pytest.mark.parametrize("catalog", [b"", b"/AcroForm<</Fields[]>>"], ids=["no form", "no fields"])
def test_fields_that_the_document_does_not_list_are_read(text: Read, catalog: bytes):
    field = b"<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]/FT/Tx/T(hive)/V(seven)>>"
    pin = b"<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]/FT/Tx/Ff 8192/T(pin)/V(1234)>>"

    content = one_page(b"", field, pin, page=b"/Annots[6 0 R 7 0 R]", catalog=catalog)

    assert text(content) == "readable words\n\nhive: seven"


def test_a_page_of_notes_alone_is_read(text: Read):
    content = one_page(
        b"<</Length 0>>stream\n\nendstream",
        NOTE % (b"FreeText", b"only a note", b""),
        page=b"/Annots[6 0 R]",
    )

    assert text(content) == "only a note"
