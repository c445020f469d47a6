from io import BytesIO
from zipfile import ZIP_BZIP2, BadZipFile, ZipFile

import pytest

from ingestion.last_errors import CorruptFile, EncryptedFile, FileTooLarge
from ingestion.parsing.containers.zip import check_unpacked_size, content_types
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.documents import docx, with_part

PARAGRAPH = b"<w:p><w:r><w:t>x</w:t></w:r></w:p>"


def check(content: bytes) -> None:
    with ZipFile(BytesIO(content)) as archive:
        check_unpacked_size(archive)


def test_an_honest_document_passes():
    check(docx("hello"))


def test_a_document_that_unpacks_out_of_proportion_is_refused():
    bomb = with_part(
        docx("hello"),
        "word/document.xml",
        lambda part: part.replace(b"<w:body>", b"<w:body>" + PARAGRAPH * 1_500_000),
    )

    with pytest.raises(FileTooLarge, match="more than 200 times its size"):
        check(bomb)


def test_a_document_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ingestion.parsing.containers.zip.MAX_UNPACKED_BYTES", 10_000)

    with pytest.raises(FileTooLarge, match=r"because it is too large\. It unpacks to"):
        check(docx("hello"))


def test_a_zip_with_a_password_is_encrypted():
    content = bytearray(docx("hello"))
    flags = content.rindex(b"PK\x01\x02") + 8
    content[flags] |= 1

    with ZipFile(BytesIO(content)) as archive, pytest.raises(EncryptedFile):
        content_types(archive)


def test_a_zip_with_a_compression_that_office_never_uses_is_refused():
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_BZIP2) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")

    with ZipFile(packed) as archive, pytest.raises(BadZipFile):
        content_types(archive)


def test_a_zip_with_an_entry_outside_the_file_is_refused():
    content = docx("hello")
    directory = content.rindex(b"PK\x05\x06") + 16
    start = int.from_bytes(content[directory : directory + 4], "little")
    moved = (start + 1000).to_bytes(4, "little")

    with (
        ZipFile(BytesIO(content[:directory] + moved + content[directory + 4 :])) as archive,
        pytest.raises(BadZipFile),
    ):
        content_types(archive)


def test_a_zip_with_undecodable_names_is_damaged(sections: Sections):
    content = bytearray(docx("hello"))
    entry = content.index(b"PK\x01\x02")
    content[entry + 8 : entry + 10] = (0x800).to_bytes(2, "little")  # its name is UTF-8
    content[entry + 46] = 0xFF

    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(bytes(content), "a.docx")


def test_a_damaged_part_is_detected_when_it_is_read(sections: Sections):
    content = bytearray(with_part(docx("hello"), "word/document.xml", lambda part: part))
    entry = content.rindex(b"word/document.xml") - 46
    content[entry + 16] ^= 1  # of its checksum

    with pytest.raises(CorruptFile, match="damaged or incomplete"):
        sections(bytes(content), "a.docx")
