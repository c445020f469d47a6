"""Mails as programs save them, with something before or within their headers."""

import pytest

from tests.ingestion.parsing.conftest import Read

MAIL = (
    "From: ada@example.org\nSubject: Key\nMIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    "It h=C3=A4ngt am Haken."
)
READ = "From: ada@example.org\nSubject: Key\n\nIt hängt am Haken."


@pytest.mark.parametrize("filename", ["a.eml", "a.mbox"])
@pytest.mark.parametrize(
    "before",
    [b"", b"\n", b"\r\n \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n\r\n"],
    ids=["nothing", "a line", "lines", "a mark", "a mark and lines"],
)
def test_a_mark_or_blank_lines_may_come_before_the_headers(
    text: Read, before: bytes, filename: str
):
    assert text(before + MAIL.encode(), filename) == READ


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_mail_may_be_saved_as_a_unicode_text(text: Read, encoding: str):
    assert text(MAIL.encode(encoding), "a.eml") == READ


def test_a_line_of_an_mbox_may_come_before_the_headers(text: Read):
    assert text(b"From ada Thu Jan  1 09:30:00 2026\n" + MAIL.encode(), "a.eml") == READ


@pytest.mark.parametrize("boundary", ["=_a 0054 C1", "=_a 0054C1", "=_a 0054\tC1"])
def test_a_boundary_may_be_folded(text: Read, boundary: str):
    mail = (
        'From: ada@example.org\nContent-Type: multipart/mixed;\n boundary="=_a 0054\n C1"\n\n'
        f"--{boundary}\nContent-Type: text/plain\n\nThe code is 55.\n--{boundary}--\n"
    )

    assert text(mail.encode(), "a.eml") == "From: ada@example.org\n\nThe code is 55."
    assert text(mail.replace("\n", "\r\n").encode(), "a.eml").endswith("The code is 55.")


def test_thousands_of_folded_boundaries_take_no_time(text: Read):
    part = '--outer\nContent-Type: multipart/mixed; boundary="in\n ner{}"\n\n--in ner{}--\n'
    parts = "".join(part.format(number, number) for number in range(4_000))
    mail = f"From: ada@example.org\nContent-Type: multipart/mixed; boundary=outer\n\n{parts}"

    assert text(f"{mail}--outer--\n".encode(), "a.eml").startswith("From: ada@example.org\n")


def test_an_mbox_may_begin_with_a_mark(text: Read):
    one = "From ada Thu Jan  1 09:30:00 2026\nFrom: ada@example.org\nSubject: {}\n\nText.\n\n"
    mails = one.format("First") + one.format("Second")

    found = text(b"\xef\xbb\xbf" + mails.encode(), "a.mbox")

    assert "Subject: First" in found
    assert "\n\nFrom: ada@example.org\nSubject: Second" in found
