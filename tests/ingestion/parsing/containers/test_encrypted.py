"""Office files that are encrypted, and open without asking or do not open."""

from io import BytesIO

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from ingestion.last_errors import EncryptedFile
from tests.ingestion.hostile.compound import compound
from tests.ingestion.parsing.conftest import Read, Sections
from tests.ingestion.parsing.documents import docx
from tests.ingestion.parsing.sheets.test_sheets import workbook


def encrypted(office: bytes, password: str) -> bytes:
    file = BytesIO()
    OOXMLFile(BytesIO(office)).encrypt(password, file)
    return file.getvalue()


@pytest.mark.parametrize("filename", ["a.xlsx", "a.docx", "a", "a.txt"])
def test_a_workbook_with_excels_own_password_is_read(text: Read, filename: str):
    budget = workbook(["Budget", "12 million"])

    assert text(encrypted(budget, "VelvetSweatshop"), filename) == "Budget | 12 million"


def test_any_file_of_office_with_that_password_is_read(text: Read):
    assert text(encrypted(docx("Wombats dig."), "VelvetSweatshop"), "a.docx") == "Wombats dig."


@pytest.mark.parametrize(
    "content",
    [
        encrypted(workbook(["Budget"]), "secret"),
        compound({"EncryptedPackage": b"", "EncryptionInfo": b""}),
        compound({"EncryptedPackage": bytes(5000), "EncryptionInfo": b"\x04\0\x04\0" + bytes(40)}),
        compound({"EncryptedPackage": bytes(5000)}),
    ],
    ids=["a password", "nothing", "nonsense", "no method"],
)
def test_another_password_is_asked_for(sections: Sections, content: bytes):
    with pytest.raises(EncryptedFile, match="protected by a password"):
        sections(content, "a.xlsx")
