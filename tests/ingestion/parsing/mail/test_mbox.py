import pytest

from ingestion.last_errors import FileTooLarge
from ingestion.parsing import Section
from ingestion.parsing.mail import mbox
from tests.ingestion.parsing.conftest import Read, Sections

FIRST = b"""From ada@example.org Thu Jan  1 09:30:00 2026
From: Ada <ada@example.org>
Subject: Bells
Message-ID: <1>

From the cellar came
the sound.

From here on it is quiet.

"""
SECOND = b"""From grace@example.org Thu Jan  1 10:30:00 2026
From: Grace <grace@example.org>
Subject: =?utf-8?q?H=C3=B6rner?=
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

SG9ybnM=
"""


@pytest.mark.parametrize("filename", ["letters.mbox", "letters.eml", "letters", "letters.txt"])
def test_every_mail_of_an_mbox_is_read_under_its_subject(sections: Sections, filename: str):
    assert sections(FIRST + SECOND, filename) == [
        Section("From: Ada <ada@example.org>\nSubject: Bells", heading="Bells"),
        Section("From the cellar came\nthe sound.\n\nFrom here on it is quiet.\n\n", None, "Bells"),
        Section("From: Grace <grace@example.org>\nSubject: Hörner", heading="Hörner"),
        Section("Horns", heading="Hörner"),
    ]


def test_mails_with_windows_line_ends_are_separated_too(text: Read):
    found = text((FIRST + SECOND).replace(b"\n", b"\r\n"), "a.mbox")

    assert "Subject: Bells" in found
    assert "Subject: Hörner\n\nHorns" in found


def test_a_single_mail_may_begin_like_one_of_an_mbox(text: Read):
    assert text(SECOND, "a.eml") == "From: Grace <grace@example.org>\nSubject: Hörner\n\nHorns"


def test_a_mail_beyond_the_limit_is_too_large(sections: Sections, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mbox, "MAX_BYTES", 300)

    assert len(sections(FIRST + SECOND, "a.mbox")) == 4
    with pytest.raises(FileTooLarge, match="It has a mail of more than 0 MB: take that out"):
        sections(FIRST + SECOND + b"x" * 300, "a.mbox")
