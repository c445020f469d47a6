from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from ingestion.last_errors import CorruptFile, EmptyFile, EncryptedFile, FileTooLarge
from ingestion.parsing import Section, epub
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.documents import with_part, without_part

CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>"""


def book(**chapters: str) -> bytes:
    items = "".join(
        f'<item id="{name}" href="text/{name}%20x.xhtml" media-type="application/xhtml+xml"/>'
        for name in sorted(chapters)
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in [*chapters, "css", "gone"])
    package = f"""<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}
    <item id="css" href="a.css" media-type="text/css"/></manifest>
    <spine>{order}</spine></package>"""
    saved = BytesIO()
    with ZipFile(saved, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/book.opf", package)
        for name, content in chapters.items():
            archive.writestr(f"OEBPS/text/{name} x.xhtml", content)
    return saved.getvalue()


BOOK = book(
    second="<html><head><title>II</title></head><body><h1>Spring</h1><p>Rain.</p></body></html>",
    first="<html><body><p>Before.</p><h2>Summer</h2><p>Größe.</p></body></html>",
)


def test_chapters_come_in_the_order_of_the_spine_under_their_headings(sections: Sections):
    assert sections(BOOK, "a.epub") == [
        Section("II\n\n", heading="II"),
        Section("Spring\n\nRain.", heading="Spring", continues=True),
        Section("Before.\n\n"),
        Section("Summer\n\nGröße.", heading="Summer", continues=True),
    ]


def test_a_chapter_may_have_self_closing_elements(sections: Sections):
    xhtml = """<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>
    <body><span id="page1"/><h1>Spring</h1><p>Rain.</p></body></html>"""

    assert sections(book(one=xhtml), "a.epub") == [Section("Spring\n\nRain.", heading="Spring")]


@pytest.mark.parametrize(
    "name", ["META-INF/container.xml", "OEBPS/book.opf", "OEBPS/text/first x.xhtml"]
)
def test_a_book_with_a_missing_part_is_damaged(sections: Sections, name: str):
    with pytest.raises(CorruptFile) as caught:
        sections(without_part(BOOK, name), "a.epub")

    assert str(caught.value) == (
        f"The file could not be parsed. Its part {name} is missing: upload a complete copy."
    )


@pytest.mark.parametrize("content", [b"", b"junk", b"<container/>"])
def test_a_book_whose_container_is_junk_is_damaged(sections: Sections, content: bytes):
    with pytest.raises(CorruptFile, match="It is damaged or incomplete"):
        sections(with_part(BOOK, "META-INF/container.xml", lambda _: content), "a.epub")


def test_a_book_without_words_is_empty(sections: Sections):
    with pytest.raises(EmptyFile):
        sections(book(cover="<html><img src='a.png'/></html>"), "a.epub")


def test_a_copy_protected_book_is_refused(sections: Sections):
    protection = b"""<encryption xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:CipherReference
    URI="OEBPS/text/first%20x.xhtml"/></encryption>"""

    with pytest.raises(EncryptedFile) as caught:
        sections(with_part(BOOK, "META-INF/encryption.xml", lambda _: protection), "a.epub")

    assert str(caught.value) == (
        "The file could not be parsed. It is copy-protected: upload a copy without protection."
    )


def test_a_book_with_encrypted_fonts_is_read(sections: Sections):
    fonts = b"<encryption><CipherReference URI='OEBPS/font.otf'/></encryption>"

    assert sections(with_part(BOOK, "META-INF/encryption.xml", lambda _: fonts), "a.epub")


def test_a_chapter_beyond_the_limit_is_too_large(
    sections: Sections, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(epub, "MAX_BYTES", 50)

    with pytest.raises(FileTooLarge):
        sections(BOOK, "a.epub")


def test_nothing_outside_of_the_book_is_fetched(sections: Sections):
    hostile = b'<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/hostname">]><container>&e;</container>'

    with pytest.raises(CorruptFile):
        sections(with_part(BOOK, "META-INF/container.xml", lambda _: hostile), "a.epub")


def test_a_chapter_that_is_listed_by_several_places_is_read_once(sections: Sections):
    # Some books list each heading separately.
    with ZipFile(BytesIO(BOOK)) as archive:
        package = archive.read("OEBPS/book.opf").decode()
    places = package.replace("first%20x.xhtml", "second%20x.xhtml#o2").replace(
        "second%20x.xhtml", "second%20x.xhtml#o1", 1
    )
    book = with_part(BOOK, "OEBPS/book.opf", lambda _: places.encode())

    assert "".join(section.text for section in sections(book, "a.epub")) == (
        "II\n\nSpring\n\nRain."
    )
