"""OpenDocument texts, slides and books."""

from pathlib import Path

from ingestion.last_errors import CorruptFile, EmptyFile, EncryptedFile
from tests.ingestion.hostile.corpus import Bait, baited, hostile, text
from tests.ingestion.hostile.endings import BEYOND_XML, COPY_PROTECTED, ENTITIES, missing
from tests.ingestion.hostile.markup import laughs, outside
from tests.ingestion.hostile.packages import XML, epub, opendocument, pptx, shape, write

ROOT = "office:document-content"


@hostile("billion-spaces.odt", text("needle"))
def a_word_before_two_billion_spaces(path: Path) -> None:
    write(path, opendocument("text", '<text:p>needle<text:s text:c="2000000000"/></text:p>'))


@hostile("wide-cell.odt", text("needle"))
def a_cell_repeated_a_billion_times(path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="1000000000"><text:p>needle</text:p>'
    row = f"<table:table-row>{cell}</table:table-cell></table:table-row>"
    write(path, opendocument("text", f"<table:table>{row}</table:table>"))


@hostile("nested.odt", BEYOND_XML)
def sections_100_000_deep(path: Path) -> None:
    body = "<text:section>" * 100_000 + "<text:p>needle</text:p>" + "</text:section>" * 100_000
    write(path, opendocument("text", body), picture=30_000)


@hostile("billion-laughs.odt", ENTITIES)
def a_billion_laughs_in_an_open_document(path: Path) -> None:
    write(path, opendocument("text", "<text:p>needle &l9;</text:p>", laughs(ROOT)))


@baited("outside-entities.odt", ENTITIES)
def an_open_document_with_entities_from_a_file_and_an_address(path: Path, bait: Bait) -> None:
    body = "<text:p>needle &file; &address;</text:p>"
    write(path, opendocument("text", body, outside(bait, ROOT)))


@hostile("encrypted.odt", EncryptedFile)
def an_open_document_with_a_password(path: Path) -> None:
    parts = opendocument("text", "<text:p>needle</text:p>")
    manifest = parts["META-INF/manifest.xml"].replace(
        'manifest:media-type="text/xml"/>',
        'manifest:media-type="text/xml"><manifest:encryption-data manifest:checksum="eA=="/>'
        "</manifest:file-entry>",
    )
    write(path, {**parts, "META-INF/manifest.xml": manifest, "content.xml": "\x01\x7f" * 500})


@hostile("no-content.odt", CorruptFile)
def an_open_document_without_its_text(path: Path) -> None:
    parts = opendocument("text", "")
    del parts["content.xml"]
    write(path, parts)


@hostile("half.pptx", CorruptFile)
def the_first_half_of_a_deck(path: Path) -> None:
    write(path, pptx(shape("needle")))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@hostile("slide-5-000-times.pptx", text("needle"))
def a_deck_that_shows_one_slide_5_000_times(path: Path) -> None:
    write(path, pptx(shape("needle"), shown=5_000))


@hostile("nested-groups.pptx", BEYOND_XML)
def shapes_in_groups_20_000_deep(path: Path) -> None:
    group = "<p:grpSp><p:nvGrpSpPr/><p:grpSpPr/>"
    write(path, pptx(group * 20_000 + shape("needle") + "</p:grpSp>" * 20_000), picture=30_000)


@hostile("20-000-shapes.pptx", text("needle"))
def a_slide_of_20_000_shapes(path: Path) -> None:
    write(path, pptx("".join(shape(f"needle {n}") for n in range(20_000))))


@hostile("no-slide.pptx", CorruptFile("Slide 1 is missing: save it again and upload the new copy."))
def a_deck_without_its_slide(path: Path) -> None:
    parts = pptx("")
    del parts["ppt/slides/slide1.xml"]
    write(path, parts)


@hostile("no-spine.epub", text("needle"))
def a_book_with_an_empty_spine(path: Path) -> None:
    write(path, epub("<p>needle</p>", spine=""))


@hostile("wrong-spine.epub", text("needle"))
def a_book_that_names_chapters_it_does_not_have(path: Path) -> None:
    spine = '<itemref idref="nope"/><itemref idref="c1"/><itemref/>'
    write(path, epub("<p>needle</p>", spine=spine))


@hostile("drm.epub", COPY_PROTECTED)
def a_copy_protected_book(path: Path) -> None:
    data = (
        '<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#"><EncryptionMethod'
        ' Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><CipherData>'
        '<CipherReference URI="c1.xhtml"/></CipherData></EncryptedData>'
    )
    space = "urn:oasis:names:tc:opendocument:xmlns:container"
    encryption = f'{XML}<encryption xmlns="{space}">{data}</encryption>'
    secret = "\x01\x7f\x03" * 2_000
    write(path, {**epub("@"), "META-INF/encryption.xml": encryption, "c1.xhtml": secret})


@hostile(
    "no-container.epub",
    missing("META-INF/container.xml"),
)
def a_book_without_its_container(path: Path) -> None:
    parts = epub("<p>needle</p>")
    del parts["META-INF/container.xml"]
    del parts["book.opf"]
    write(path, parts)


@hostile("climbs-out.epub", missing("../../../../../etc/passwd"))
def a_book_whose_chapters_are_outside_of_it(path: Path) -> None:
    parts = epub("<p>needle</p>", spine='<itemref idref="out"/><itemref idref="c1"/>')
    item = '<item id="out" href="{}" media-type="application/xhtml+xml"/></manifest>'
    opf = parts["book.opf"].replace("</manifest>", item.format("../../../../../etc/passwd"))
    write(path, {**parts, "book.opf": opf})


@baited("outside-entities.epub", text("needle"))
def a_book_with_entities_from_a_file_and_an_address(path: Path, bait: Bait) -> None:
    parts = epub("<p>needle &file;</p>")
    container = parts["META-INF/container.xml"].replace(XML, XML + outside(bait, "container"))
    chapter = parts["c1.xhtml"].replace(XML, XML + outside(bait, "html"))
    write(path, {**parts, "META-INF/container.xml": container, "c1.xhtml": chapter})


@hostile("only-pictures.pptx", EmptyFile)
def a_deck_of_missing_pictures(path: Path) -> None:
    picture = '<p:pic><p:blipFill><a:blip r:embed="rId99"/></p:blipFill><p:spPr/></p:pic>'
    write(path, pptx(picture))
