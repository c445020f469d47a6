"""PDF written object by object, so that it can be malformed in any way."""

import zlib

WORDS = "readable words"
SHOWN = b"BT /F 24 Tf 72 700 Td (readable words) Tj ET"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), entries, data)


def packed(data: bytes, entries: bytes = b"") -> bytes:
    return stream(zlib.compress(data, 9), b"/Filter/FlateDecode" + entries)


def zeros(megabytes: int, block: bytes = b" ") -> bytes:
    """Return megabytes of `block` compressed by zlib, without holding them in memory."""
    packer = zlib.compressobj(9)
    million = block * (1_000_000 // len(block))
    return b"".join(packer.compress(million) for _ in range(megabytes)) + packer.flush()


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1. The first is the catalog."""
    file = bytearray(b"%PDF-1.7\n")
    places = []
    for number, each in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<</Size %d/Root 1 0 R%b>>\n" % (len(objects) + 1, trailer)
    return bytes(file) + b"startxref\n%d\n%%%%EOF\n" % table


def one_page(
    content: bytes = b"",
    *others: bytes,
    page: bytes = b"",
    catalog: bytes = b"",
    resources: bytes = b"",
    box: bytes = b"[0 0 612 792]",
    trailer: bytes = b"",
) -> bytes:
    """Return a PDF of one page. Its content is object 4, and `others` are numbered from 6.

    `page`, `catalog`, `resources` and `trailer` add entries to these dictionaries.
    """
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox%b/Contents 4 0 R" % box
        + b"/Resources<</Font<</F 5 0 R>>%b>>%b>>" % (resources, page),
        content or stream(SHOWN),
        FONT,
        *others,
        trailer=trailer,
    )
