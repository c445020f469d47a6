from collections.abc import Callable

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


def test_a_page_of_notes_alone_is_read(text: Read):
    content = one_page(
        b"<</Length 0>>stream\n\nendstream",
        NOTE % (b"FreeText", b"only a note", b""),
        page=b"/Annots[6 0 R]",
    )

    assert text(content) == "only a note"
