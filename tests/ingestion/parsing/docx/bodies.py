"""Word files around a piece of Word's XML."""

from tests.ingestion.parsing.documents import docx, with_part

MAIN = "word/document.xml"
TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "r": RELATIONS,
        "v": "urn:schemas-microsoft-com:vml",
        "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
    }.items()
)


def with_body(xml: str) -> bytes:
    """Return a document with these paragraphs in Word's XML."""
    return with_part(
        docx("BODY"),
        MAIN,
        lambda part: part.replace(b"<w:p><w:r><w:t>BODY</w:t></w:r></w:p>", xml.encode()).replace(
            b"<w:body>", f"<w:body {NAMESPACES}>".encode()
        ),
    )


def with_relation(content: bytes, key: str, kind: str, target: str, mode: str = "") -> bytes:
    """Return a document whose main part has one more relationship."""
    relation = f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/>'
    return with_part(
        content,
        "word/_rels/document.xml.rels",
        lambda part: part.replace(b"</Relationships>", f"{relation}</Relationships>".encode()),
    )


def with_link(content: bytes, key: str, address: str) -> bytes:
    return with_relation(content, key, "hyperlink", address, ' TargetMode="External"')


def p(text: str, settings: str = "") -> str:
    return f"<w:p><w:pPr>{settings}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def r(text: str, settings: str = "") -> str:
    look = f"<w:rPr>{settings}</w:rPr>" if settings else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'
