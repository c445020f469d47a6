"""The smallest possible Office, OpenDocument and EPUB files, as parts by name."""

import random
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

Parts = dict[str, str]

XML = '<?xml version="1.0" encoding="UTF-8"?>'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"


def write(path: Path, parts: Parts, *, picture: int = 0) -> None:
    """Write a package. A `picture` of this many random bytes keeps it from looking like a bomb."""
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        if picture:
            archive.writestr("media/picture.png", random.Random(1).randbytes(picture))
        for name, content in parts.items():
            method = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            archive.writestr(name, content.encode(), method)


def relationships(*targets: tuple[str, str], mode: str = "Internal") -> str:
    """Return the XML of (type, target) relationships, with the ids rId1, rId2, …"""
    rows = (
        f'<Relationship Id="rId{n}" Type="{R}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{XML}<Relationships xmlns="{RELATIONSHIPS}">{"".join(rows)}</Relationships>'


def docx(body: str, doctype: str = "") -> Parts:
    document = f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'
    return {
        "[Content_Types].xml": _types("wordprocessingml.document", "/word/document.xml"),
        "_rels/.rels": relationships(("officeDocument", "word/document.xml")),
        "word/document.xml": f"{XML}{doctype}{document}",
        "word/_rels/document.xml.rels": relationships(),
    }


def paragraph(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def xlsx(rows: str, strings: tuple[str, ...] = (), doctype: str = "") -> Parts:
    """Return a workbook of one sheet. Cells of type `s` are indices into `strings`."""
    items = "".join(f"<si><t>{string}</t></si>" for string in strings)
    kinds = (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"))
    sheet = '<sheet name="Sheet" sheetId="1" r:id="rId1"/>'
    return {
        "[Content_Types].xml": _types("spreadsheetml.sheet", "/xl/workbook.xml"),
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'{XML}<workbook xmlns="{S}" xmlns:r="{R}"><sheets>{sheet}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relationships(*kinds),
        "xl/sharedStrings.xml": f'{XML}{doctype}<sst xmlns="{S}">{items}</sst>',
        "xl/worksheets/sheet1.xml": (
            f'{XML}<worksheet xmlns="{S}"><sheetData>{rows}</sheetData></worksheet>'
        ),
    }


def pptx(shapes: str, *, shown: int = 1) -> Parts:
    """Return a deck that shows one slide `shown` times."""
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="rId1"/>' for n in range(shown))
    spaces = f'xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{R}"'
    tree = f"<p:spTree><p:nvGrpSpPr/><p:grpSpPr/>{shapes}</p:spTree>"
    return {
        "[Content_Types].xml": _types(
            "presentationml.presentation", "/ppt/presentation.xml", slide="/ppt/slides/slide1.xml"
        ),
        "_rels/.rels": relationships(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": (
            f"{XML}<p:presentation {spaces}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"
        ),
        "ppt/_rels/presentation.xml.rels": relationships(("slide", "slides/slide1.xml")),
        "ppt/slides/slide1.xml": f"{XML}<p:sld {spaces}><p:cSld>{tree}</p:cSld></p:sld>",
    }


def shape(words: str) -> str:
    body = f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{words}</a:t></a:r></a:p></p:txBody>"
    names = '<p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>'
    return f"<p:sp>{names}{body}</p:sp>"


def opendocument(kind: str, body: str, doctype: str = "") -> Parts:
    """Return a file of `kind`: text, spreadsheet or presentation."""
    spaces = " ".join(
        f'xmlns:{space}="{OASIS}:{space}:1.0"' for space in ("office", "text", "table", "drawing")
    )
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    root = f'<office:document-content {spaces} office:version="1.3">'
    content = f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
    return {
        "mimetype": media_type,
        "META-INF/manifest.xml": _manifest(media_type),
        "content.xml": f"{XML}{doctype}{root}{content}</office:document-content>",
    }


def epub(*chapters: str, spine: str | None = None) -> Parts:
    """Return a book. Each chapter is the body of an XHTML page."""
    numbers = range(1, len(chapters) + 1)
    items = "".join(
        f'<item id="c{n}" href="c{n}.xhtml" media-type="application/xhtml+xml"/>' for n in numbers
    )
    refs = "".join(f'<itemref idref="c{n}"/>' for n in numbers) if spine is None else spine
    title = '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Book</dc:title>'
    opf = (
        f'{XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata>{title}'
        f"</metadata><manifest>{items}</manifest><spine>{refs}</spine></package>"
    )
    root = '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/>'
    container = f"<rootfiles>{root}</rootfiles>"
    space = "urn:oasis:names:tc:opendocument:xmlns:container"
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": (
            f'{XML}<container xmlns="{space}" version="1.0">{container}</container>'
        ),
        "book.opf": opf,
        **{f"c{n}.xhtml": xhtml(body) for n, body in enumerate(chapters, start=1)},
    }


def xhtml(body: str) -> str:
    return f'{XML}<html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>'


def _types(main: str, name: str, slide: str = "") -> str:
    vendor = "application/vnd.openxmlformats-officedocument"
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    override = '<Override PartName="{}" ContentType="{}"/>'.format
    slides = override(slide, f"{vendor}.presentationml.slide+xml") if slide else ""
    return (
        f'{XML}<Types xmlns="{TYPES}"><Default Extension="rels" ContentType="{rels}"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f"{override(name, f'{vendor}.{main}.main+xml')}{slides}</Types>"
    )


def _manifest(media_type: str) -> str:
    space = f"{OASIS}:manifest:1.0"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{kind}"/>'
        for path, kind in (("/", media_type), ("content.xml", "text/xml"))
    )
    return f'{XML}<manifest:manifest xmlns:manifest="{space}">{entries}</manifest:manifest>'
