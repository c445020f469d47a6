"""Word documents that try to unpack, expand or fetch too much."""

from io import BytesIO
from pathlib import Path

from msoffcrypto.format.ooxml import OOXMLFile

from ingestion.last_errors import CorruptFile, EncryptedFile
from tests.ingestion.hostile import packages
from tests.ingestion.hostile.corpus import Bait, baited, hostile, text
from tests.ingestion.hostile.endings import BEYOND_XML, ENTITIES
from tests.ingestion.hostile.markup import laughs, outside
from tests.ingestion.hostile.packages import docx, paragraph, relationships, write


@hostile("encrypted.docx", EncryptedFile)
def a_document_with_a_password(path: Path) -> None:
    write(path, docx(paragraph("needle")))
    OOXMLFile(BytesIO(path.read_bytes())).encrypt("secret", opened := BytesIO())
    path.write_bytes(opened.getvalue())


@hostile("half.docx", CorruptFile)
def the_first_half_of_a_document(path: Path) -> None:
    write(path, docx(paragraph("needle")))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@hostile("bits-flipped.docx", CorruptFile)
def a_document_with_wrong_bytes_in_its_text(path: Path) -> None:
    write(path, docx("".join(paragraph(f"needle {n}") for n in range(5_000))))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    path.write_bytes(content)


@hostile("no-main-part.docx", CorruptFile)
def a_document_without_its_text(path: Path) -> None:
    parts = docx(paragraph("needle"))
    del parts["word/document.xml"]
    write(path, parts)


@hostile("no-relationships.docx", CorruptFile)
def a_document_without_its_relationships(path: Path) -> None:
    parts = docx(paragraph("needle"))
    del parts["_rels/.rels"]
    write(path, parts)


@hostile("circular.docx", text("needle"))
def parts_that_refer_to_each_other(path: Path) -> None:
    parts = docx(paragraph("needle"))
    back = relationships(("officeDocument", "../_rels/.rels"), ("header", "document.xml"))
    write(path, {**parts, "word/_rels/document.xml.rels": back})


@hostile("no-xml.docx", CorruptFile)
def a_document_whose_text_is_no_xml(path: Path) -> None:
    write(path, {**docx(""), "word/document.xml": "needle & <w:p>"})


@hostile("billion-laughs.docx", ENTITIES)
def a_billion_laughs_in_a_document(path: Path) -> None:
    write(path, docx(paragraph("needle &l9;"), laughs("w:document")))


@baited("outside-entities.docx", ENTITIES)
def a_document_with_entities_from_a_file_and_an_address(path: Path, bait: Bait) -> None:
    write(path, docx(paragraph("needle &file; &address;"), outside(bait, "w:document")))


@baited("outside-parts.docx", text("needle"))
def a_template_a_picture_and_a_frame_from_elsewhere(path: Path, bait: Bait) -> None:
    targets = relationships(
        ("attachedTemplate", f"{bait.url}template.dotm"),
        ("image", f"{bait.url}picture.png"),
        ("frame", f"file://{bait.secret}"),
        ("subDocument", f"file://{bait.secret}"),
        mode="External",
    )
    body = paragraph("needle") + '<w:subDoc r:id="rId4"/><w:altChunk r:id="rId3"/>'
    write(path, {**docx(body), "word/_rels/document.xml.rels": targets})


@baited("includes.docx", text("needle"))
def fields_that_include_a_file_and_run_a_program(path: Path, bait: Bait) -> None:
    field = '<w:fldSimple w:instr="{}"><w:r><w:t>needle</w:t></w:r></w:fldSimple>'.format
    body = f"<w:p>{field(f'INCLUDETEXT {bait.secret}')}{field('DDEAUTO /bin/sh id')}</w:p>"
    write(path, docx(body))


@hostile("tables-70-deep.docx", text("needle"))
def nested_tables_at_the_limit_of_depth(path: Path) -> None:
    opening, closing = "<w:tbl><w:tr><w:tc>", f"{paragraph('needle')}</w:tc></w:tr></w:tbl>"
    write(path, docx(opening * 70 + closing * 70))


@hostile("nested-tables.docx", BEYOND_XML)
def tables_in_tables_5_000_deep(path: Path) -> None:
    opening, closing = "<w:tbl><w:tr><w:tc>", f"{paragraph('needle')}</w:tc></w:tr></w:tbl>"
    write(path, docx(opening * 5_000 + closing * 5_000), picture=30_000)


@hostile("nested-controls.docx", BEYOND_XML)
def content_controls_100_000_deep(path: Path) -> None:
    opening, closing = "<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"
    write(path, docx(opening * 100_000 + paragraph("needle") + closing * 100_000), picture=60_000)


@hostile("wide-cell.docx", text("needle"))
def a_cell_that_spans_a_billion_columns(path: Path) -> None:
    span = '<w:tcPr><w:gridSpan w:val="1000000000"/></w:tcPr>'
    cell = f"<w:tc>{span}{paragraph('needle')}</w:tc>"
    write(path, docx(f"<w:tbl><w:tr>{cell}</w:tr><w:tr>{cell}</w:tr></w:tbl>"))


@hostile("merged-cells.docx", text("needle"))
def cells_merged_with_missing_rows(path: Path) -> None:
    merged = "<w:tcPr><w:vMerge/></w:tcPr>"
    row = f'<w:tr><w:trPr><w:gridBefore w:val="-7"/></w:trPr><w:tc>{merged}</w:tc></w:tr>'
    write(path, docx(f"{paragraph('needle')}<w:tbl>{row * 3_000}</w:tbl>"), picture=10_000)


@hostile("200-styles-in-a-circle.docx", text("needle"))
def styles_based_on_each_other_in_a_circle(path: Path) -> None:
    style = '<w:style w:type="paragraph" w:styleId="s{}"><w:basedOn w:val="s{}"/></w:style>'
    styles = "".join(style.format(n, (n + 1) % 200) for n in range(200))
    marked = '<w:p><w:pPr><w:pStyle w:val="s0"/></w:pPr><w:r><w:t>needle</w:t></w:r></w:p>'
    parts = docx(marked)
    parts["word/styles.xml"] = f'{packages.XML}<w:styles xmlns:w="{packages.W}">{styles}</w:styles>'
    parts["word/_rels/document.xml.rels"] = relationships(("styles", "styles.xml"))
    write(path, parts)


@hostile("wrong-encoding.docx", CorruptFile)
def a_document_whose_relationships_declare_a_wrong_encoding(path: Path) -> None:
    parts = docx(paragraph("needle"))
    named = parts["_rels/.rels"].replace('encoding="UTF-8"', 'encoding="UTF-16"')
    write(path, {**parts, "_rels/.rels": named})


@hostile("unknown-encoding.docx", CorruptFile)
def a_document_in_an_encoding_that_does_not_exist(path: Path) -> None:
    parts = docx(paragraph("needle"))
    main = parts["word/document.xml"].replace("UTF-8", "KLINGON")
    write(path, {**parts, "word/document.xml": main})
