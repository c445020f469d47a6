"""Zips that lie about the sizes, places, kinds and owners of their entries."""

from pathlib import Path

from ingestion.last_errors import CorruptFile, EncryptedFile, FileTooLarge
from tests.ingestion.hostile.bombs import MEGABYTE, others
from tests.ingestion.hostile.corpus import Bait, baited, hostile, text
from tests.ingestion.hostile.endings import A_ZIP, something_else
from tests.ingestion.hostile.packages import docx, epub, paragraph, write
from tests.ingestion.hostile.zipping import (
    ENCRYPTED,
    UNIX_LINK,
    Packed,
    packed,
    repeated,
    stored,
    write_zip,
)


@hostile("sizes-too-small.docx", CorruptFile)
def a_gigabyte_that_claims_to_be_a_kilobyte(path: Path) -> None:
    parts = docx("@")
    before, after = parts["word/document.xml"].encode().split(b"@")
    big = repeated("word/document.xml", before, b"a" * MEGABYTE, 1_000, after)
    lie = Packed(big.name, big.data, 1_000, big.crc)
    write_zip(path, [*others(parts, "word/document.xml"), lie])


@hostile(
    "overlapping.docx", FileTooLarge("It unpacks to 4,000,100 MB: split it, or upload its text.")
)
def forty_thousand_entries_that_share_the_same_bytes(path: Path) -> None:
    parts = docx(paragraph("needle"))
    entries = [packed(name, content.encode()) for name, content in parts.items()]
    kernel = repeated("k", b"", b"a" * MEGABYTE, 100, b"")
    shared = (Packed(f"k{n}", kernel.data, kernel.size, kernel.crc, at=0) for n in range(40_000))
    write_zip(path, [kernel, *entries, *shared])


@hostile("60-000-entries.docx", text("needle"))
def a_document_among_60_000_empty_files(path: Path) -> None:
    parts = docx(paragraph("needle"))
    entries = [packed(name, content.encode()) for name, content in parts.items()]
    write_zip(path, [*entries, *(stored(f"media/{n}", b"") for n in range(60_000))])


@hostile("encrypted-entries.docx", EncryptedFile)
def a_zip_whose_entries_have_a_password(path: Path) -> None:
    parts = docx(paragraph("needle"))
    write_zip(
        path,
        [packed(name, part.encode(), flags=ENCRYPTED) for name, part in parts.items()],
    )


@hostile("beyond-the-end.docx", something_else(".docx"))
def entries_that_begin_behind_the_end_of_the_file(path: Path) -> None:
    parts = docx(paragraph("needle"))
    write_zip(path, [packed(name, part.encode(), at=10**9) for name, part in parts.items()])


@hostile("unknown-packing.docx", CorruptFile)
def entries_packed_by_an_unknown_method(path: Path) -> None:
    parts = docx(paragraph("needle"))
    write_zip(path, [packed(name, part.encode(), method=99) for name, part in parts.items()])


@hostile("climbs-out.docx", text("needle"))
def entries_named_to_be_unpacked_elsewhere(path: Path) -> None:
    names = ("../../../../../../tmp/climbed-out", "/tmp/climbed-out", "..\\..\\climbed-out")
    write(path, {**docx(paragraph("needle")), **dict.fromkeys(names, "climbed out")})


@baited("linked.docx", CorruptFile)
def a_document_whose_text_is_a_link_to_a_file(path: Path, bait: Bait) -> None:
    link = stored("word/document.xml", str(bait.secret).encode(), attributes=UNIX_LINK)
    write_zip(path, [*others(docx(""), "word/document.xml"), link])


@hostile("russian-doll.docx", text("needle"))
def documents_inside_documents_30_deep(path: Path) -> None:
    doll = b"smallest"
    for _ in range(30):
        entries = [packed(n, part.encode()) for n, part in docx(paragraph("needle")).items()]
        write_zip(path, [*entries, stored("word/embeddings/inner.docx", doll)])
        doll = path.read_bytes()


@hostile("same-name-twice.docx", text("needle"))
def two_texts_under_one_name(path: Path) -> None:
    second = packed("word/document.xml", docx(paragraph("needle"))["word/document.xml"].encode())
    entries = [packed(name, part.encode()) for name, part in docx(paragraph("other")).items()]
    write_zip(path, [*entries, second])


@hostile("chapter-100-000-times.epub", text("needle"))
def a_book_that_reads_one_chapter_100_000_times(path: Path) -> None:
    write(
        path,
        epub("<p>needle</p>" * 100, spine='<itemref idref="c1"/>' * 100_000),
        picture=30_000,
    )


@hostile("not-xhtml.epub", CorruptFile("Its part c1.xhtml is no text: upload an undamaged copy."))
def a_book_whose_chapter_is_a_picture(path: Path) -> None:
    parts = epub("@", "<p>needle</p>")
    write(path, {**parts, "c1.xhtml": "\x89PNG\r\n\x1a\n" * 1_000})


@hostile("zips-in-zips.txt", A_ZIP)
def zips_of_ten_zips_each_five_deep_around_a_gigabyte(path: Path) -> None:
    # Modelled on 42.zip.
    write_zip(path, [repeated("kernel", b"", b"\0" * MEGABYTE, 1_000, b"")])
    for _ in range(5):
        doll = path.read_bytes()
        write_zip(path, [packed(f"{n}.zip", doll) for n in range(10)])
