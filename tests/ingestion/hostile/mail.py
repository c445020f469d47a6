"""Mails with deeply nested parts and endless headers."""

import base64
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.ingestion.hostile.bombs import a_document_with_a_word_of_a_gigabyte
from tests.ingestion.hostile.corpus import Bait, baited, hostile, text
from tests.ingestion.hostile.endings import DEEP_MAIL

HEAD = "From: a@example.com\nTo: b@example.com\nSubject: A letter\nMIME-Version: 1.0\n"
PLAIN = "Content-Type: text/plain; charset={}\n\n{}\n"


@hostile("1-000-multiparts.eml", DEEP_MAIL)
def a_thousand_multiparts_in_each_other(path: Path) -> None:
    opening = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1_000)
    )
    closing = "".join(f"\n--b{n}--" for n in reversed(range(1_000)))
    path.write_text(HEAD + opening + PLAIN.format("utf-8", "needle") + closing)


@hostile("1-000-letters.eml", DEEP_MAIL)
def a_thousand_letters_forwarded_in_each_other(path: Path) -> None:
    forwarded = f"{HEAD}Content-Type: message/rfc822\n\n" * 1_000
    path.write_text(forwarded + HEAD + PLAIN.format("utf-8", "needle"))


@hostile("10-000-attachments.eml", text("needle"))
def ten_thousand_attachments(path: Path) -> None:
    part = (
        "--b\nContent-Type: text/plain\n"
        'Content-Disposition: attachment; filename="{}.txt"\n\nneedle\n'
    )
    parts = "".join(part.format(n) for n in range(10_000))
    path.write_text(f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n")


@hostile("long-header.eml", text("needle"))
def a_header_of_ten_megabytes(path: Path) -> None:
    folded = "X-Long: " + " xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n" * 290_000
    path.write_text(f"{HEAD}{folded}" + PLAIN.format("utf-8", "needle"))


@hostile("long-subject.eml", text("needle"))
def a_subject_of_50_000_encoded_words(path: Path) -> None:
    words = " =?utf-8?b?bmVlZGxl?=\n" * 50_000
    path.write_text(f"From: a@example.com\nSubject:{words}" + PLAIN.format("utf-8", "needle"))


@hostile("many-addresses.eml", text("needle"))
def a_letter_to_100_000_people(path: Path) -> None:
    people = ",\n".join(f' "Person {n}" <p{n}@example.com>' for n in range(100_000))
    path.write_text(f"{HEAD}Cc:{people}\n" + PLAIN.format("utf-8", "needle"))


@hostile("brackets.eml", text("needle"))
def addresses_in_comments_20_000_deep(path: Path) -> None:
    path.write_text(f"From: {'(' * 20_000}\nSubject: A letter\n" + PLAIN.format("utf-8", "needle"))


@hostile("wrong-charset.eml", text("needle"))
def a_letter_in_a_character_set_that_does_not_exist(path: Path) -> None:
    subject = "Subject: =?klingon?q?needle?= =?utf-8?b?bmVlZGxl!?= =?utf-8?x?y?=\n"
    path.write_text(f"From: a@example.com\n{subject}" + PLAIN.format("klingon", "needle"))


@hostile("idna-charset.eml", text("needle"))
def a_letter_in_pythons_codec_for_domain_names(path: Path) -> None:
    path.write_text(HEAD + PLAIN.format("idna", "needle" + "." * 200))


@hostile("no-boundary.eml", text("needle"))
def a_multipart_without_a_boundary(path: Path) -> None:
    path.write_text(f"{HEAD}Content-Type: multipart/mixed\n\n--\nneedle\n--\n")


@hostile("broken-base64.eml", text("bmVlZGxl"))
def a_body_of_broken_base64(path: Path) -> None:
    body = "Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\nbmVlZGxl!!!*\x7f=a\n"
    path.write_text(HEAD + body)


@hostile("bomb-attached.eml", text("needle", "bomb.docx"))
def a_letter_with_a_document_of_a_gigabyte(path: Path) -> None:
    with TemporaryDirectory() as directory:
        a_document_with_a_word_of_a_gigabyte(bomb := Path(directory, "bomb.docx"))
        encoded = base64.encodebytes(bomb.read_bytes()).decode()
    attached = (
        '--b\nContent-Disposition: attachment; filename="bomb.docx"\n'
        "Content-Type: application/vnd.openxmlformats-officedocument.wordprocessingml.document\n"
        f"Content-Transfer-Encoding: base64\n\n{encoded}--b--\n"
    )
    body = f"--b\n{PLAIN.format('utf-8', 'needle')}{attached}"
    path.write_text(f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{body}")


@hostile("encrypted.eml", text("A letter"))
def an_encrypted_letter(path: Path) -> None:
    kind = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n"
    body = base64.encodebytes(bytes(range(256)) * 20).decode()
    path.write_text(f"{HEAD}{kind}Content-Transfer-Encoding: base64\n\n{body}")


@baited("reaches-out.eml", text("needle"))
def a_letter_whose_body_is_elsewhere(path: Path, bait: Bait) -> None:
    external = f'Content-Type: message/external-body; access-type=URL; URL="{bait.url}x"\n\n'
    local = f'Content-Type: message/external-body; access-type=local-file; name="{bait.secret}"\n\n'
    page = f'Content-Type: text/html\n\n<img src="{bait.url}pixel.png">needle\n'
    parts = "".join(f"--b\n{part}" for part in (external, local, page))
    path.write_text(f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n")


@hostile("no-letter.eml", text("needle"))
def a_letter_without_any_header(path: Path) -> None:
    path.write_bytes(b"needle in a text that is no letter\n" * 100)
