"""The halves of a mail: which is read, and what is attached to either."""

from email.message import EmailMessage

import pytest

from ingestion.parsing.mail import parts
from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.documents import pdf

PAGE = "<h1>Booking</h1><p>Coach 12, seat 3, from track nine.</p><table><tr><td>Fare<td>48</table>"


def both(plain: str, page: str = PAGE) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "ada@example.org"
    mail.set_content(plain)
    mail.add_alternative(page, subtype="html")
    return mail


@pytest.mark.parametrize(
    "plain",
    [
        "This message is in HTML.",
        "Your mail program does not show pages. Please read this mail in a browser instead.",
        "Booking",
        ".",
    ],
)
def test_the_page_is_read_if_the_plain_half_does_not_say_the_same(text: Read, plain: str):
    found = text(bytes(both(plain)), "a.eml")

    assert "Coach 12, seat 3, from track nine." in found
    assert "Fare | 48" in found


@pytest.mark.parametrize(
    "plain",
    [
        "Booking\n\nCoach 12, seat 3,\nfrom track nine.\n\nFare 48\n",
        "*Booking*\n\n> Coach 12, seat 3, from track nine.\n\nFare: 48\n\nSent from my phone",
    ],
)
def test_the_plain_half_is_read_if_it_says_the_same(text: Read, plain: str):
    assert plain.strip() in text(bytes(both(plain)), "a.eml")


def test_addresses_of_links_do_not_make_a_page_say_more(text: Read):
    links = "".join(f'<a href="https://a.example/{number}">go</a> ' for number in range(50))
    mail = both("Choose one: go", f"<p>Choose one: {links}")

    assert "https" not in text(bytes(mail), "a.eml")


def test_a_short_page_is_read_instead_of_a_stub(text: Read):
    assert "QX7-PLM" in text(bytes(both("View it in a browser.", "<p>Coach QX7-PLM")), "a.eml")


def test_halves_without_spaces_between_words_are_compared(text: Read):
    plain = "このメールはHTML形式です。"
    page = "十二号車の三番席、九番線から出発します。料金は四千八百円です。"

    assert "九番線" in text(bytes(both(plain, f"<p>{page}")), "a.eml")
    assert text(bytes(both(page, f"<p>{page}")), "a.eml").endswith(f"{page}\n")


def test_a_page_that_says_all_of_the_plain_half_and_more_is_read(text: Read):
    words = " ".join(f"word{number}" for number in range(100))
    table = "<table><tr><td>Price<td>980 euros<tr><td>Delivery<td>12 June</table>"

    assert "Price | 980 euros" in text(bytes(both(words, f"<p>{words}</p>{table}")), "a.eml")


def test_large_halves_are_not_compared(text: Read, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(parts, "_COMPARED_BYTES", 10)

    assert "Coach 12" in text(bytes(both("Too short to say it.")), "a.eml")
    assert "Coach 12" not in text(bytes(both("long enough " * 100)), "a.eml")


@pytest.mark.parametrize("subtype", ["mixed", "related"])
def test_files_in_the_page_half_are_attached(text: Read, subtype: str):
    inner = EmailMessage()
    inner.set_content("<p>The papers are enclosed.", subtype="html")
    getattr(inner, f"add_{'attachment' if subtype == 'mixed' else 'related'}")(
        pdf("Hall nine."), "application", "pdf", filename="note.pdf", disposition="inline"
    )
    mail = EmailMessage()
    mail["From"] = "ada@example.org"
    mail.set_content("The papers are enclosed.")
    mail.make_alternative()
    mail.attach(inner)

    found = text(bytes(mail), "a.eml")

    assert found.count("The papers are enclosed.") == 1
    assert "Attachment: note.pdf\n\nHall nine." in found


def test_a_third_alternative_is_attached(text: Read):
    mail = both("Your invoice is attached.", "<p>Your invoice is attached.")
    mail.add_alternative(pdf("Pay 48."), "application", "pdf")

    assert "Attachment: attachment 1.pdf\n\nPay 48." in text(bytes(mail), "a.eml")


def test_a_file_that_is_in_both_halves_is_read_once(text: Read):
    plain, page = EmailMessage(), EmailMessage()
    plain.set_content("See it.")
    page.set_content("<p>See it.", subtype="html")
    for half in (plain, page):
        half.add_attachment(b"shelf,7\n", "text", "csv", filename="a.csv")
    mail = EmailMessage()
    mail["From"] = "ada@example.org"
    mail["Content-Type"] = "multipart/alternative"
    mail.set_payload([plain, page])

    assert text(bytes(mail), "a.eml").count("Attachment: a.csv") == 1


def test_a_signature_is_no_attachment(text: Read):
    mail = EmailMessage()
    mail["From"] = "ada@example.org"
    mail.set_content("Signed.")
    mail.add_attachment(b"\x30\x80", "application", "pkcs7-signature", filename="smime.p7s")

    assert text(bytes(mail), "a.eml") == "From: ada@example.org\n\nSigned.\n"


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_a_forwarded_mail_may_be_encoded_although_it_must_not(text: Read, encoding: str):
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "grace@example.org", "Valve"
    inner.set_content("Der Schlüssel hängt am Haken neun.", cte="8bit")
    part = EmailMessage()
    part.set_content(bytes(inner), "application", "octet-stream", cte=encoding)
    encoded = bytes(part).replace(b"application/octet-stream", b"message/rfc822")
    outer = b"From: ada@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"

    found = text(outer + encoded + b"\n--b--\n", "a.eml")

    assert "From: grace@example.org\nSubject: Valve" in found
    assert "Der Schlüssel hängt am Haken neun." in found


def test_a_delivery_report_says_why(text: Read):
    report = b"""From: MAILER-DAEMON@example.org
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It was not delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; paul@gone.example
Diagnostic-Code: smtp; 550 mailbox
 closed in 2024
--b
Content-Type: text/rfc822-headers

Subject: Offer for the crane
--b--
"""

    found = text(report, "a.eml")

    assert "Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; paul@gone.ex" in found
    assert "Diagnostic-Code: smtp; 550 mailbox closed in 2024" in found
    assert "Subject: Offer for the crane" in found


def test_an_invitation_is_read_beside_the_text(text: Read):
    mail = both("You are invited.", "<p>You are invited.")
    mail.add_alternative(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Fire drill\\, all floors\r\n"
        "DTSTART;TZID=Europe/Berlin:20260305T140000\r\nDTEND:20260305T150000Z\r\n"
        "LOCATION:Yard\r\n seven\r\nORGANIZER;CN=Ada:mailto:ada@example.org\r\n"
        "BEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n",
        subtype="calendar",
    )

    assert text(bytes(mail), "a.eml").endswith(
        "You are invited.\n\n\nEvent: Fire drill, all floors\n"
        "Start: 2026-03-05 14:00 Europe/Berlin\nEnd: 2026-03-05 15:00 UTC\n"
        "Place: Yardseven\nOrganizer: Ada <ada@example.org>"
    )
