"""Mails inside a signature, as S/MIME writes them."""

from email.message import EmailMessage

import pytest

from ingestion.last_errors import CorruptFile, EncryptedFile
from tests.ingestion.parsing.conftest import Read, Sections

INNER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe gate code is 5519.\r\n"
DATA, SIGNED, ENVELOPED = (bytes.fromhex(f"06092a864886f70d01070{number}") for number in (1, 2, 3))


def der(tag: int, *values: bytes) -> bytes:
    value = b"".join(values)
    if len(value) < 0x80:
        return bytes([tag, len(value)]) + value
    return bytes([tag, 0x84]) + len(value).to_bytes(4, "big") + value


def endless(tag: int, *values: bytes) -> bytes:
    return bytes([tag, 0x80]) + b"".join(values) + b"\0\0"


def envelope(kind: bytes, content: bytes) -> bytes:
    return der(0x30, kind, der(0xA0, content))


def signed(content: bytes, sequence=der) -> bytes:
    inner = sequence(0x30, DATA, sequence(0xA0, content))
    digests, signers = der(0x31, der(0x30, b"\x05\0")), der(0x31)
    whole = sequence(0x30, b"\x02\x01\x01", digests, inner, signers)
    return sequence(0x30, SIGNED, sequence(0xA0, whole))


PARTS = [INNER[:20], INNER[20:]]
FORMS = {
    "definite": signed(der(0x04, INNER)),
    "in parts": signed(der(0x24, *(der(0x04, part) for part in PARTS))),
    "indefinite": signed(endless(0x24, *(der(0x04, part) for part in PARTS)), endless),
}


@pytest.mark.parametrize("content", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("filename", ["smime.p7m", "smime", "a.txt"])
def test_the_mail_inside_a_signature_is_read(text: Read, content: bytes, filename: str):
    assert text(content, filename).endswith("\n\nThe gate code is 5519.\n")


def test_a_mail_that_is_signed_as_a_whole_is_read(text: Read):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ada@example.org", "Gate"
    mail.set_content(FORMS["definite"], "application", "pkcs7-mime", filename="smime.p7m")

    found = text(bytes(mail), "a.eml")

    assert found.startswith("From: ada@example.org\nSubject: Gate\n")
    assert "The gate code is 5519." in found


def test_an_encrypted_mail_is_refused_with_the_reason(sections: Sections):
    with pytest.raises(EncryptedFile, match="encrypted for its recipient"):
        sections(envelope(ENVELOPED, der(0x30, INNER)), "smime.p7m")


@pytest.mark.parametrize(
    "content",
    [
        SIGNED,
        envelope(SIGNED, b""),
        envelope(SIGNED, der(0x30)),
        FORMS["definite"][:40],
        signed(der(0x02, INNER)),
        b"\x30\x80" * 100_000 + SIGNED,
        b"\x30\x84\xff\xff\xff\xff" + SIGNED,
    ],
    ids=range(7),
)
def test_a_damaged_signature_is_corrupt(sections: Sections, content: bytes):
    with pytest.raises(CorruptFile):
        sections(content, "smime.p7m")
