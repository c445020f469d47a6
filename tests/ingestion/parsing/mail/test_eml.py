from email import message_from_bytes
from email.message import EmailMessage

import pytest

from ingestion.last_errors import CorruptFile
from ingestion.parsing import Section
from tests.ingestion.parsing.conftest import Read, Sections
from tests.ingestion.parsing.documents import PNG, docx

HEADERS = "From: Ada <ada@example.org>\nTo: Grace <grace@example.org>\nSubject: Bells"


def letter(text: str | None = "We need bells.", html: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["Received"] = "by mail.example.org"
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "Grace <grace@example.org>"
    message["Subject"] = "Bells"
    if text is not None:
        message.set_content(text, cte="8bit")
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message


def test_a_mail_is_its_headers_and_then_its_text(sections: Sections):
    assert sections(bytes(letter()), "a.eml") == [
        Section(HEADERS, heading="Bells"),
        Section("We need bells.\n", heading="Bells"),
    ]


def test_plain_text_is_preferred_to_html_unless_it_is_empty(text: Read):
    both = letter("Plain.", "<h1>Plain.</h1>")
    page = letter("", "<h1>Page</h1><p>Text")

    assert text(bytes(both), "a.eml") == f"{HEADERS}\n\nPlain.\n"
    assert text(bytes(page), "a.eml") == f"{HEADERS}\n\nPage\n\nText"


def test_headers_are_read_in_any_encoding(text: Read):
    raw = (
        b"From: =?utf-8?q?J=C3=B6rg?= <j@example.org>\nTo: =?koi8-r?b?zcnS?=\n =?koi8-r?b?zcnS?=\n"
        b"Subject: =?nonsense?q?what?= =?utf-8?b?!?= " + "Größe".encode() + b"\n\nHello\n"
    )

    found = text(raw, "a.eml")

    assert "From: Jörg <j@example.org>\nTo: мирмир\n" in found
    assert "Größe" in found


@pytest.mark.parametrize("encoding", ["latin-1", "koi8-r", "utf-16", "no-such-set"])
@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable"])
def test_the_text_is_in_the_encoding_its_part_names(text: Read, encoding: str, transfer: str):
    words = {"latin-1": "Größe", "koi8-r": "мир"}.get(encoding, "Größe мир")
    message = EmailMessage()
    real = "utf-8" if encoding == "no-such-set" else encoding
    cte = "base64" if encoding == "utf-16" else transfer
    message.set_content(words.encode(real), "text", "plain", cte=cte)
    message.set_param("charset", encoding)

    assert text(b"From: a\n" + bytes(message), "a.eml").strip().endswith(words)


def test_attachments_follow_under_their_names(sections: Sections):
    message = letter()
    message.add_attachment(docx("Of brass."), "application", "msword", filename="C:\\x\\bells.doc")
    message.add_attachment(b"name,price\nbell,3\n", "text", "csv", filename="Prices für März.csv")

    assert sections(bytes(message), "a.eml")[2:] == [
        Section("Attachment: bells.doc", heading="bells.doc"),
        Section("Of brass.", heading="bells.doc"),
        Section("Attachment: Prices für März.csv", heading="Prices für März.csv"),
        Section("name: bell; price: 3", heading="Prices für März.csv"),
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04", "The file could not be parsed. It is damaged or incomplete"),
        (b"\x7fELF\2\1", "The file type is not supported. It is a program."),
        (b" \n", "The file could not be parsed because it is empty."),
    ],
)
def test_an_attachment_that_cannot_be_read_is_named_with_the_reason(
    text: Read, content: bytes, reason: str
):
    message = letter()
    message.add_attachment(content, "application", "octet-stream", filename="a.bin")
    message.add_attachment(b"still read", "text", "x-log", filename="b.log")

    found = text(bytes(message), "a.eml")

    assert f"Attachment: a.bin\n\n(Not read: {reason}" in found
    assert "Attachment: b.log\n\nstill read" in found


def test_a_forwarded_mail_is_an_attachment(text: Read):
    outer = letter("See below.")
    outer.add_attachment(letter("The inner."))

    found = text(bytes(outer), "a.eml")

    assert f"Attachment: Bells.eml\n\n{HEADERS}\n\nThe inner." in found


def test_mails_in_mails_are_opened_three_deep(text: Read):
    message = letter("Number 0.")
    for number in range(1, 6):
        message, inner = letter(f"Number {number}."), message
        message.add_attachment(inner)

    found = text(bytes(message), "a.eml")

    assert [number for number in range(6) if f"Number {number}." in found] == [2, 3, 4, 5]
    assert "Attachment: Bells.eml (not read: files in files are opened 3 deep)" in found


def test_the_number_of_opened_attachments_is_limited(text: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ingestion.parsing.attachments.MAX_FILES", 2)
    message = letter()
    for number in range(4):
        message.add_attachment(f"Number {number}.", filename=f"{number}.txt")

    found = text(bytes(message), "a.eml")

    assert [number for number in range(4) if f"Number {number}." in found] == [0, 1]
    assert "Attachment: 3.txt (not read: no more than 2 attachments" in found


def test_pictures_of_the_html_are_left_out(text: Read):
    message = letter("", '<p>Hello<img src="cid:logo">')
    page = message.get_payload(1)
    assert isinstance(page, EmailMessage)
    page.add_related(PNG, "image", "png", cid="<logo>")

    assert text(bytes(message), "a.eml") == f"{HEADERS}\n\nHello"


def test_a_saved_web_page_is_read_as_html(text: Read):
    saved = EmailMessage()
    saved["From"] = "<Saved by a browser>"
    saved["Subject"] = "The shop"
    saved.set_content("<h1>Hours</h1>", subtype="html")
    saved.add_related(b"p { color: red }", "text", "css", headers=["Content-Location: a.css"])

    assert text(bytes(saved), "a.mht") == ("From: <Saved by a browser>\nSubject: The shop\n\nHours")


def test_an_unreadable_text_does_not_fail_the_mail(text: Read):
    message = letter(None)
    message.set_content(bytes(range(256)) * 9, "text", "plain", cte="base64")
    message.add_attachment("still read", filename="b.txt")

    found = text(bytes(message), "a.eml")

    assert "(The text of the mail is not read: The file type is not supported." in found
    assert "still read" in found


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\nContent-Type: multipart/mixed\n\nno boundary",
        b"Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n--a\n--a\n--a--\nafter",
        b"Subject: x\nContent-Type: text/plain; charset*0*=x'y; charset*a=\n\nhello",
        b"Subject: x\nContent-Type: a/b; name*0*=''%; name*x\n\nhello",
        b"Subject: x\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"Subject: x\nContent-Type: message/rfc822\n\n",
        b"Subject: x\nContent-Type: text/plain; charset=hex\n\nhello",
        b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nhello",
    ],
)
def test_malformed_mails_are_read(sections: Sections, raw: bytes):
    assert sections(raw + b"\n\nwords", "a.eml")


def test_endlessly_nested_parts_are_refused_or_read(text: Read):
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)
    )

    try:
        found = text(b"Subject: deep\n" + deep + b"\nhello", "a.eml")
    except CorruptFile as error:
        found = str(error)

    assert "deep" in found or "nested without end" in found


def test_the_sample_is_a_valid_mail():
    assert message_from_bytes(bytes(letter()))["Subject"] == "Bells"
