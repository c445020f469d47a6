"""Every kind of file, attached to every kind of mail, says there what it says alone."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingestion.parsing import READERS, READERS_OF_CONTAINERS
from ingestion.parsing.attachments import Attachments
from ingestion.parsing.detection import kind_of
from ingestion.parsing.kinds import Kind
from ingestion.parsing.sections import WarningCode
from tests.ingestion.hostile.compound import compound
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.containers.test_encrypted import encrypted
from tests.ingestion.parsing.documents import docx, pdf, pptx
from tests.ingestion.parsing.docx.test_word_2003 import flat, word_2003
from tests.ingestion.parsing.mail.test_msg import attachment, message
from tests.ingestion.parsing.mail.test_signed import der, signed
from tests.ingestion.parsing.mail.test_winmail import BODY, winmail
from tests.ingestion.parsing.odf.test_open_documents import framed, odp, odt, p
from tests.ingestion.parsing.sheets.test_sheets import workbook
from tests.ingestion.parsing.test_epub import BOOK
from tests.ingestion.parsing.test_notebook import CELLS, notebook

SAMPLES = Path(__file__).parents[1] / "samples"
FILES: dict[str, bytes] = {
    "a.txt": b"Wombats dig.",
    "a.md": b"# Wombats\n\nThey dig.",
    "a.rst": b"Wombats\n=======\n\nThey dig.",
    "a.tex": b"\\section{Wombats}\nThey dig.",
    "a.org": b"* Wombats\nThey dig.",
    "a.html": b"<h1>Wombats</h1><p>They dig.",
    "a.xml": b"<?xml version='1.0'?><a><b>Wombats dig.</b></a>",
    "a.json": b'{"wombats": "dig"}',
    "a.ipynb": notebook(cells=CELLS),
    "a.csv": b"animal,legs\nwombat,4\n",
    "a.epub": BOOK,
    "a.pdf": pdf("Wombats dig.", "All night."),
    "a.docx": docx("Wombats dig.", table=[["animal", "legs"], ["wombat", "4"]]),
    "a.pptx": pptx(("Wombats", "They dig.", "Quietly.")),
    "a.xlsx": workbook(["animal", "legs"], ["wombat", 4]),
    "a.xls": (SAMPLES / "prices.xls").read_bytes(),
    "a.odt": odt(p("Wombats dig.")),
    "a.odp": odp(framed(p("Wombats dig."))),
    "a.rtf": b"{\\rtf1 Wombats dig.}",
    "a.doc": (SAMPLES / "handbook.doc").read_bytes(),
    "a.ppt": (SAMPLES / "deck.ppt").read_bytes(),
    "word.xml": word_2003("<w:p><w:r><w:t>Wombats dig.</w:t></w:r></w:p>"),
    "flat.xml": flat(docx("Wombats dig.")),
    "a.eml": b"From: bob@example.org\nSubject: Wombats\nMIME-Version: 1.0\n\nThey dig.\n",
    "a.msg": compound(message({"0037": "Wombats", "0C1A": "bob@example.org", "1000": "They dig."})),
    "smime.p7m": signed(der(0x04, b"Content-Type: text/plain\n\nWombats dig.\n")),
    "winmail.dat": winmail((BODY, b"Wombats dig.\0")),
    "a.xlsm": encrypted(workbook(["wombat", 4]), "VelvetSweatshop"),
}


def eml(name: str, content: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "ada@example.org", "Animals"
    mail.set_content("See the file.")
    mail.add_attachment(content, "application", "octet-stream", filename=name)
    return bytes(mail)


def mbox(name: str, content: bytes) -> bytes:
    return b"From ada@example.org Thu Jan  1 09:30:00 2026\n" + eml(name, content) + b"\n"


def msg(name: str, content: bytes) -> bytes:
    storage = message({"0037": "Animals", "0C1A": "ada@example.org", "1000": "See the file."})
    return compound(storage | attachment(0, name, content))


def test_each_kind_of_file_is_tried(tmp_path: Path):
    kinds = set()
    for name, content in FILES.items():
        (path := tmp_path / name).write_bytes(content)
        kinds.add(kind_of(path, name))

    # Pictures need another program.
    assert kinds == (READERS | READERS_OF_CONTAINERS).keys() - {Kind.IMAGE}


@pytest.mark.parametrize("write", [eml, mbox, msg], ids=lambda write: write.__name__)
@pytest.mark.parametrize("name", FILES)
def test_a_file_says_in_a_mail_what_it_says_alone(
    sections: Sections, write: Callable[[str, bytes], bytes], name: str
):
    alone = [section.text for section in sections(FILES[name], name)]

    found = sections(write(name, FILES[name]), f"mail.{write.__name__}")

    texts = [section.text for section in found]
    assert "From: ada@example.org" in texts[0]
    assert "See the file." in texts[1]
    assert texts[2:] == [f"Attachment: {name}", *alone]


@pytest.mark.parametrize("write", [eml, mbox, msg], ids=lambda write: write.__name__)
def test_a_readers_bug_costs_its_attachment_alone(
    sections: Sections, monkeypatch: pytest.MonkeyPatch, write: Callable[[str, bytes], bytes]
):
    def fail(path: Path, _: Attachments) -> None:
        raise FileNotFoundError(path)

    monkeypatch.setitem(READERS_OF_CONTAINERS, Kind.PDF, fail)

    found = sections(write("a.pdf", FILES["a.pdf"]), f"mail.{write.__name__}")

    assert "See the file." in found[1].text
    assert found[3].text == "(Not read: this server's reader failed on it.)"
    assert [(each.code, each.message) for each in (s.warning for s in found) if each] == [
        (
            WarningCode.ATTACHMENTS_NOT_READ,
            "The attachment a.pdf was not read: this server's reader failed on it",
        )
    ]


@pytest.mark.parametrize(
    ("name", "content", "warns"),
    [
        ("a.pdf", b"%PDF-1.7 and no more", True),
        ("a.zip", b"PK\x03\x04 and no more", True),
        ("a.exe", b"MZ" + bytes(64), True),
        ("logo.png", b"\x89PNG\r\n\x1a\n and no more", False),
        ("empty.txt", b" \n", False),
    ],
)
def test_a_lost_attachment_is_named_in_a_warning(
    sections: Sections, name: str, content: bytes, warns: bool
):
    found = sections(eml(name, content), "mail.eml")

    warnings = [section.warning.message for section in found if section.warning]
    assert any(section.text.startswith("(Not read: ") for section in found)
    assert len(warnings) == warns
    assert all(each.startswith(f"The attachment {name} was not read: ") for each in warnings)
