"""Pictures, alone and in documents: small files of enormous pictures."""

import struct
import zlib
from pathlib import Path

from ingestion.last_errors import CorruptFile
from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.endings import NO_OCR, NO_WORDS, TOO_MANY_PIXELS
from tests.ingestion.hostile.packages import docx, paragraph, write
from tests.ingestion.hostile.zipping import packed, stored, write_zip


def png(width: int, height: int, pixels: bytes) -> bytes:
    """Return a PNG of 8-bit grey pixels, which are given compressed."""
    size = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


@hostile("bomb.png", TOO_MANY_PIXELS, NO_OCR)
def a_picture_of_2_500_megapixels(path: Path) -> None:
    path.write_bytes(png(50_000, 50_000, zlib.compress(bytes(10_000_000), 9)))


@hostile("says-it-is-large.png", TOO_MANY_PIXELS, NO_OCR)
def a_picture_that_claims_16_exapixels(path: Path) -> None:
    path.write_bytes(png(0xFFFF_FFFF, 0xFFFF_FFFF, zlib.compress(b"\0" * 100)))


@hostile("half.png", CorruptFile, NO_OCR)
def the_first_half_of_a_picture(path: Path) -> None:
    content = png(100, 100, zlib.compress(bytes(range(256)) * 40))
    path.write_bytes(content[: len(content) // 2])


@hostile("one-pixel.png", NO_WORDS, NO_OCR)
def a_picture_of_one_pixel(path: Path) -> None:
    path.write_bytes(png(1, 1, zlib.compress(b"\0\0")))


@hostile("bomb.tiff", TOO_MANY_PIXELS, NO_OCR)
def a_tiff_of_four_billion_pixels_in_100_bytes(path: Path) -> None:
    tags = ((256, 65_000), (257, 65_000), (258, 8), (259, 1), (262, 1), (273, 8), (279, 10))
    entries = b"".join(struct.pack("<2H2I", tag, 4, 1, value) for tag, value in tags)
    path.write_bytes(b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4))


@hostile("looped.tiff", CorruptFile, NO_OCR)
def a_tiff_whose_last_page_is_followed_by_its_first(path: Path) -> None:
    entry = struct.pack("<2H2I", 256, 4, 1, 1)
    path.write_bytes(b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + struct.pack("<I", 8))


@hostile("bomb.webp", TOO_MANY_PIXELS, NO_OCR)
def a_webp_that_claims_16_383_by_16_383_pixels(path: Path) -> None:
    size = b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14)
    data = b"WEBPVP8L" + struct.pack("<I", len(size)) + size + b"\0"
    path.write_bytes(b"RIFF" + struct.pack("<I", len(data)) + data)


@hostile("bomb.gif", TOO_MANY_PIXELS, NO_OCR)
def a_gif_of_65_535_by_65_535_pixels(path: Path) -> None:
    frame = b"," + struct.pack("<4HB", 0, 0, 65_535, 65_535, 0) + b"\x08\xff" + bytes(255)
    path.write_bytes(b"GIF89a" + struct.pack("<2H3B", 65_535, 65_535, 0, 0, 0) + frame * 100)


@hostile("picture-bomb.docx", text("needle"))
def a_document_with_a_picture_of_2_500_megapixels(path: Path) -> None:
    parts = [packed(name, part.encode()) for name, part in docx(paragraph("needle")).items()]
    large = png(50_000, 50_000, zlib.compress(bytes(10_000_000), 9))
    write_zip(path, [*parts, stored("word/media/image1.png", large)])


@hostile("picture-not-there.docx", text("needle"))
def a_document_whose_picture_is_missing(path: Path) -> None:
    drawing = '<w:p><w:r><w:pict><w:binData w:name="x"/></w:pict></w:r></w:p>'
    write(path, docx(paragraph("needle") + drawing))
