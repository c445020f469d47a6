from collections.abc import Callable

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingestion.last_errors import EmptyFile
from ingestion.parsing.pdf import attached_files
from ingestion.parsing.sections import Section, WarningCode
from tests.ingestion.hostile.pdf_objects import one_page, packed, stream
from tests.ingestion.parsing.documents import pdf
from tests.ingestion.parsing.pdf.documents import make_pdf
from tests.ingestion.parsing.pdf.test_scans import RULES, full_page, sheet

Sections = Callable[[bytes], list[Section]]
Read = Callable[[bytes], str]

BLANK = b"<</Length 0>>stream\n\nendstream"


def file_spec(name: bytes, number: int) -> bytes:
    return b"<</Type/Filespec/F(%b)/UF(%b)/EF<</F %d 0 R>>>>" % (name, name, number)


def with_files(*files: tuple[bytes, bytes], content: bytes = b"") -> bytes:
    """Return a page with attached files: (name, stream)."""
    names = b"".join(
        b"(%b)%b" % (name, file_spec(name, 6 + place)) for place, (name, _) in enumerate(files)
    )
    return one_page(
        content,
        *(file for _, file in files),
        catalog=b"/Names<</EmbeddedFiles<</Names[%b]>>>>" % names,
    )


def embedded(content: bytes) -> bytes:
    return packed(content, b"/Type/EmbeddedFile")


def test_attached_files_are_read_after_the_pages(sections: Sections):
    content = with_files(
        (b"prices.csv", embedded(b"Part;Price\nPump;980\n")),
        (b"report.pdf", embedded(pdf("The pump hums."))),
    )

    found = sections(content)

    assert [section.text.split("\n")[0] for section in found] == [
        "readable words",
        "Attachment: prices.csv",
        found[2].text.split("\n")[0],
        "Attachment: report.pdf",
        "The pump hums.",
    ]
    assert "Pump" in found[2].text
    assert found[4].heading == "report.pdf"


def test_a_file_attached_to_a_place_on_a_page_is_read(text: Read):
    annotation = (
        b"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/Contents(See this.)/FS %b>>"
        % file_spec(b"C:\\\\notes\\\\pump.txt", 7)
    )
    content = one_page(b"", annotation, embedded(b"It hums."), page=b"/Annots[6 0 R]")

    assert text(content) == "readable words\n\nSee this.\n\nAttachment: pump.txt\n\nIt hums."


def test_a_file_that_is_attached_twice_is_read_once(text: Read):
    content = with_files((b"a.txt", embedded(b"It hums.")), (b"again.txt", embedded(b"It hums.")))

    assert text(content) == "readable words\n\nAttachment: a.txt\n\nIt hums."


def test_files_in_attached_documents_are_read(text: Read):
    inner = with_files((b"deep.txt", embedded(b"It hums.")))

    assert text(with_files((b"inner.pdf", embedded(inner)))).endswith("It hums.")


def test_a_document_of_attached_files_alone_is_read(text: Read):
    content = with_files((b"a.txt", embedded(b"It hums.")), content=BLANK)

    assert text(content) == "Attachment: a.txt\n\nIt hums."


def test_a_blank_document_without_files_is_empty(sections: Sections):
    with pytest.raises(EmptyFile):
        sections(with_files(content=BLANK))


@pytest.mark.usefixtures("without_tesseract")
def test_a_scan_with_an_attached_file_is_counted(sections: Sections):
    def draw(canvas: Canvas) -> None:
        full_page(sheet(*RULES))(canvas)

    content = with_files((b"scan.pdf", embedded(make_pdf(draw))), (b"a.txt", embedded(b"It hums.")))

    found = sections(content)

    assert [each.warning.code for each in found if each.warning] == [
        WarningCode.ATTACHMENTS_NOT_READ
    ]
    assert found[-1].text == "It hums."


@pytest.mark.parametrize(
    "file",
    [
        embedded(b"\x7fELF program"),
        embedded(b"%PDF-1.7 damaged"),
        stream(b"not packed", b"/Filter/FlateDecode"),
        b"(no stream)",
        b"null",
    ],
    ids=["program", "damaged", "packing", "no stream", "nothing"],
)
def test_an_attached_file_that_cannot_be_read_costs_itself_alone(text: Read, file: bytes):
    found = text(with_files((b"odd.bin", file), (b"a.txt", embedded(b"It hums."))))

    assert found.startswith("readable words\n\n")
    assert found.endswith("It hums.")


def test_an_attached_file_that_is_too_large_is_named(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attached_files, "MAX_BYTES", 5)

    found = sections(with_files((b"large.txt", embedded(b"It hums."))))

    assert found[1].text == "Attachment: large.txt (not read: it is damaged or too large)"
    assert found[2].warning is not None
