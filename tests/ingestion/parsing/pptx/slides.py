"""Presentations of one slide, written by hand."""

from collections.abc import Mapping

from tests.ingestion.parsing.documents import pptx, with_part

SLIDE = "ppt/slides/slide1.xml"
RELATIONS = "ppt/slides/_rels/slide1.xml.rels"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(
    content: bytes, listing: str, kind: str, target: str, *, key: str = "rIdX", mode: str = ""
) -> bytes:
    """Return a package with one more relationship in a listing, which may be new."""
    relation = (
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"'
        + f' TargetMode="{mode}"' * bool(mode)
        + "/></Relationships>"
    )
    empty = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    return with_part(
        content,
        listing,
        lambda part: (part or empty + b"</Relationships>").replace(
            b"</Relationships>", relation.encode()
        ),
    )


def slide(shapes: str, links: Mapping[str, str] | None = None, *, title: str = "") -> bytes:
    """Return a presentation of one slide with these shapes. `links` are addresses by id."""
    content = with_part(
        pptx((title, "", "")),
        SLIDE,
        lambda part: part.replace(b"</p:spTree>", shapes.encode() + b"</p:spTree>"),
    )
    for key, address in (links or {}).items():
        content = related(
            content, RELATIONS, f"{KINDS}/hyperlink", address, key=key, mode="External"
        )
    return content


def shape(paragraphs: str, *, own: str = "", style: str = "") -> str:
    """Return a shape with this text. `own` are attributes and children of its name."""
    attributes, _, children = own.partition("|")
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="9" name="n" {attributes}>{children}</p:cNvPr><p:cNvSpPr/>'
        f"<p:nvPr/></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/>{style}{paragraphs}</p:txBody></p:sp>"
    )


def paragraph(*runs: str, settings: str = "") -> str:
    return f"<a:p>{settings}{''.join(runs)}</a:p>"


def run(text: str, settings: str = "") -> str:
    """Return a run. `settings` are attributes and children of its properties."""
    attributes, _, children = settings.partition("|")
    return f"<a:r><a:rPr {attributes}>{children}</a:rPr><a:t>{text}</a:t></a:r>"


def link(key: str) -> str:
    return f'|<a:hlinkClick r:id="{key}"/>'
