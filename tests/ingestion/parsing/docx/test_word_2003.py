from base64 import b64encode
from io import BytesIO
from zipfile import ZipFile

import pytest

from ingestion.last_errors import CorruptFile
from ingestion.parsing import Section
from tests.ingestion.parsing.conftest import Read, Sections
from tests.ingestion.parsing.documents import PNG, docx, pptx

STYLES = (
    '<w:styles><w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="h"><w:name w:val="heading 1"/></w:style></w:styles>'
)
FLAT = "http://schemas.microsoft.com/office/2006/xmlPackage"


def word_2003(body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Word.Document"?>'
        '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"'
        ' xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
        ' xmlns:aml="http://schemas.microsoft.com/aml/2001/core" xmlns:v="v">'
        f"<w:lists/>{STYLES}<w:docPr><w:view w:val='print'/></w:docPr>"
        f"<w:body><wx:sect>{body}</wx:sect></w:body></w:wordDocument>"
    ).encode()


def p(text: str, settings: str = "") -> str:
    return f"<w:p><w:pPr>{settings}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def flat(package: bytes) -> bytes:
    """Return an Office file as one XML file."""
    parts = []
    with ZipFile(BytesIO(package)) as archive:
        types = archive.read("[Content_Types].xml").decode()
        for name in set(archive.namelist()) - {"[Content_Types].xml"}:
            content = archive.read(name)
            kind = types.partition(f'PartName="/{name}" ContentType="')[2].partition('"')[0]
            if name.endswith((".xml", ".rels")):
                xml = content.decode().partition("?>")[2]
                data = f"<pkg:xmlData>{xml}</pkg:xmlData>"
            else:
                data = f"<pkg:binaryData>{b64encode(content).decode()}</pkg:binaryData>"
            parts.append(f'<pkg:part pkg:name="/{name}" pkg:contentType="{kind}">{data}</pkg:part>')
    return (
        '<?xml version="1.0" standalone="yes"?>\n<?mso-application progid="Word.Document"?>\n'
        f'<pkg:package xmlns:pkg="{FLAT}">{"".join(parts)}</pkg:package>'
    ).encode()


@pytest.mark.parametrize("name", ["a.xml", "a.doc", "a.docx", "a", "a.txt"])
def test_a_document_of_word_2003_is_read_as_text_and_not_as_xml(sections: Sections, name: str):
    body = p("Repairs", '<w:pStyle w:val="h"/>') + (
        "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Tiles are </w:t></w:r>"
        "<w:r><w:t>paid.</w:t></w:r></w:p>"
    )

    assert sections(word_2003(body), name) == [
        Section("Repairs\n\nTiles are paid.", None, "Repairs")
    ]


def test_lists_tables_links_and_signs_of_word_2003_are_read(text: Read):
    listed = '<w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/><wx:t wx:val="{}"/></w:listPr>'
    sign = (
        '<w:r><w:rPr><w:rFonts w:ascii="Symbol" w:h-ansi="Symbol"/>'
        '<wx:sym wx:font="Symbol" wx:char="F0B3"/></w:rPr>'
        '<w:sym w:font="Symbol" w:char="F0B3"/></w:r>'
    )
    rows = "".join(
        f"<w:tr><w:tc><w:tcPr><w:vmerge{merge}/></w:tcPr>{p(first)}</w:tc><w:tc>{p(last)}</w:tc></w:tr>"
        for merge, first, last in ((' w:val="restart"', "x", "1"), ("", "", "2"))
    )
    body = (
        p("first", listed.format("4.2."))
        + p("bullet", listed.format("·"))
        + f"<w:p>{sign}<w:r><w:t> 40</w:t></w:r></w:p><w:tbl>{rows}</w:tbl>"
        '<w:p><w:hlink w:dest="https://a.example/f"><w:r><w:t>form</w:t></w:r></w:hlink></w:p>'
    )

    assert text(word_2003(body), "a.xml") == (
        "4.2. first\n- bullet\n\n\u2265 40\n\nx | 1\nx | 2\n\nform (https://a.example/f)"
    )


def test_notes_and_comments_of_word_2003_follow_their_paragraph(text: Read):
    note = f"<w:r><w:footnote>{p('The note.')}</w:footnote></w:r>"
    comment = (
        '<w:r><aml:annotation aml:id="1" w:type="Word.Comment" aml:author="Ada">'
        f"<aml:content>{p('Hm.')}</aml:content></aml:annotation></w:r>"
    )
    gone = (
        '<aml:annotation aml:id="2" w:type="Word.Deletion"><aml:content><w:r>'
        "<w:delText>gone</w:delText></w:r></aml:content></aml:annotation>"
    )
    body = f"<w:p><w:r><w:t>Claim.</w:t></w:r>{note}{comment}{gone}</w:p>{p('More.')}"

    assert text(word_2003(body), "a.xml") == ("Claim.\n\nThe note.\n\nComment by Ada: Hm.\n\nMore.")


def test_headers_of_word_2003_are_read_once(text: Read):
    settings = f"<w:sectPr><w:hdr w:type='odd'>{p('Handbook')}</w:hdr></w:sectPr>"

    assert text(word_2003(p("One.", settings) + p("Two.", settings)), "a.xml") == (
        "Handbook\n\nOne.\n\nTwo."
    )


def test_large_pictures_of_word_2003_are_skipped(text: Read):
    data = b64encode(PNG).decode() * 3_000
    picture = f'<w:p><w:r><w:pict><w:binData w:name="x">{data}</w:binData></w:pict></w:r></w:p>'

    assert text(word_2003(picture + p("After.")), "a.xml") == "After."


def test_the_beginning_of_a_damaged_document_of_word_2003_is_read_with_a_warning(
    sections: Sections,
):
    found = sections(word_2003(p("One.") + p("Two."))[:-40], "a.xml")

    assert found[0] == Section("One.\n\nTwo.")
    assert found[1].warning


@pytest.mark.parametrize("name", ["a.xml", "a.doc", "a.docx"])
def test_a_flat_package_is_read_as_the_document_in_it(text: Read, name: str):
    assert text(flat(docx("Hello.", table=[["a", "b"]])), name) == "Hello.\n\na | b"


def test_a_flat_presentation_is_read(text: Read):
    assert text(flat(pptx(("Title", "Body", ""))), "a.xml") == "Title\n\nBody"


def test_a_damaged_flat_package_is_refused(sections: Sections):
    with pytest.raises(CorruptFile):
        sections(flat(docx("Hello."))[:-100], "a.xml")
