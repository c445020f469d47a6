"""Files that unstructured reads: by choice, or after our own reader has failed by a bug."""

import struct
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingestion import parsing
from ingestion.last_errors import CorruptFile
from ingestion.parsing import general, parse
from ingestion.parsing.detection import kind_of
from ingestion.parsing.kinds import Kind
from ingestion.parsing.sections import Section
from tests.environment import ROOT
from tests.ingestion.hostile.compound import Tree, compound
from tests.ingestion.parsing.documents import docx, pptx
from tests.ingestion.parsing.mail.test_msg import message
from tests.ingestion.parsing.sheets.test_sheets import workbook

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"


def by_fallback(path: Path) -> list[Section]:
    return list(parse(path, path.name, parser="fallback"))


def texts(path: Path) -> list[Section]:
    """Return the sections without the warning."""
    return [section for section in by_fallback(path) if not section.warning]


def test_a_word_document_keeps_its_lists_and_rows():
    text = "\n\n".join(section.text for section in texts(SAMPLES / "employee-handbook.docx"))

    assert text.startswith("Kingfisher Cargo Bikes: Employee Handbook\n\n")
    assert "\n- " in text
    assert " | " in text


def test_slides_are_numbered():
    sections = texts(SAMPLES / "first-week.pptx")

    assert [section.page for section in sections] == list(range(1, len(sections) + 1))
    assert len(sections) > 1
    assert sections[0].text.startswith("Your first week at Kingfisher")


def test_a_web_page_is_read():
    [section] = texts(SAMPLES / "warranty-and-returns.html")

    assert "A cargo bike is a tool for ten years and more." in section.text


def test_a_mail_is_never_read_by_it_because_its_headers_and_attachments_would_be_lost(
    tmp_path: Path,
):
    message = EmailMessage()
    message["From"], message["Subject"] = "ada@example.org", "Bells"
    message.set_content("They ring.")
    (path := tmp_path / "bells.eml").write_bytes(bytes(message))

    assert by_fallback(path)[0].text == "From: ada@example.org\nSubject: Bells"


def test_a_warning_says_who_read_the_file():
    *_, last = by_fallback(SAMPLES / "warranty-and-returns.html")

    assert last.warning.code == "read_by_unstructured"


def test_xml_is_read(tmp_path: Path):
    (path := tmp_path / "notes.xml").write_text("<notes><note>Ring the bell.</note></notes>")

    [section] = texts(path)

    assert section.text == "Ring the bell."


def test_a_kind_that_unstructured_does_not_read_is_read_by_our_reader(tmp_path: Path):
    (path := tmp_path / "notes.md").write_text("# Bells\n\nThey ring.")

    assert by_fallback(path) == list(parse(path, path.name))


def test_a_file_on_which_unstructured_fails_too_is_corrupt(tmp_path: Path):
    (path := tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 and no more")

    with pytest.raises(CorruptFile) as refused:
        list(general.read_with_unstructured(path, Kind.DOCX))

    assert refused.value.__cause__ is not None


@pytest.mark.parametrize("limit", [MemoryError, RecursionError])
def test_a_resource_limit_is_not_mistaken_for_damage(
    limit: type[Exception], monkeypatch: pytest.MonkeyPatch
):
    def partition(*_: object, **__: object) -> None:
        raise limit

    monkeypatch.setattr(general, "partitioner", lambda name: partition)

    with pytest.raises(limit):
        list(general.read_with_unstructured(Path("a.docx"), Kind.DOCX))


def test_unstructured_loads_no_language_model():
    by_fallback(SAMPLES / "employee-handbook.docx")

    assert "spacy" not in sys.modules


OMITTED = [
    line for line in (ROOT / "bin/lock/omitted.txt").read_text().splitlines() if line[:1] != "#"
]
# Runs in a new process, since a module is imported only once in each.
WITHOUT_THEM = """
import sys
from pathlib import Path

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1].split():
            raise RuntimeError(f"{name} is imported")

sys.meta_path.insert(0, Blocked())
from ingestion.parsing import parse
for path in sys.argv[2:]:
    print(sum(len(section.text) for section in parse(Path(path), path, parser="fallback")))
"""


def test_packages_that_no_lock_has_are_never_imported():
    names = ["employee-handbook.docx", "first-week.pptx", "warranty-and-returns.html"]
    modules = " ".join(name.replace("-", "_") for name in OMITTED)

    read = subprocess.run(
        [sys.executable, "-c", WITHOUT_THEM, modules, *(str(SAMPLES / name) for name in names)],
        capture_output=True,
        check=True,
        cwd=ROOT,
        text=True,
    )

    assert len(OMITTED) > 10
    assert all(int(length) > 1_000 for length in read.stdout.split())


@pytest.mark.parametrize("lock", ["test", "up", "web", "worker"])
def test_no_lock_has_them(lock: str):
    locked = (ROOT / f"bin/lock/{lock}.txt").read_text()

    assert [name for name in OMITTED if f"\n{name}==" in f"\n{locked}"] == []


def listed(storage: Tree) -> Tree:
    """Return a message whose texts are also in its list of properties, as Outlook writes it."""
    entries = b""
    for name, content in storage.items():
        if name.startswith("__substg1.0_") and isinstance(content, bytes):
            number = int(name[12:16], 16)
            entries += struct.pack("<HHIII", 0x1F, number, 6, len(content) + 2, 0)
    return {**storage, "__properties_version1.0": bytes(32) + entries}


CHOSEN = {
    "a.txt": (b"Wombats dig long burrows in the hills.", "Wombats dig long burrows"),
    "a.md": (b"# Wombats\n\nThey dig long burrows.", "They dig long burrows."),
    "a.csv": (b"animal,legs\nwombat,4\n", "wombat"),
    "a.xlsx": (workbook(["animal", "legs"], ["wombat", 4]), "wombat"),
    "a.docx": (docx("Wombats dig long burrows."), "Wombats dig long burrows."),
    "a.pptx": (pptx(("Wombats", "They dig long burrows.", "")), "They dig long burrows."),
    "a.html": (b"<h1>Wombats</h1><p>They dig long burrows.", "They dig long burrows."),
    "a.xml": (b"<?xml version='1.0'?><a><b>Wombats dig.</b></a>", "Wombats dig."),
    "a.eml": (b"From: ada@example.org\nMIME-Version: 1.0\n\nWombats dig.\n", "Wombats dig."),
    "a.msg": (
        compound(listed(message({"0037": "Animals", "1000": "Wombats dig."}))),
        "Wombats dig.",
    ),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_a_kind_is_read_by_it_if_the_owner_chooses_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    content, expected = CHOSEN[name]
    (path := tmp_path / name).write_bytes(content)
    read = []
    by_it = general.read_with_unstructured
    monkeypatch.setattr(
        parsing, "read_with_unstructured", lambda *by: read.append(by) or by_it(*by)
    )

    sections = list(parse(path, name, "unstructured"))

    assert expected in "\n".join(section.text for section in sections)
    assert len(read) == 1
    assert not any(section.warning for section in sections)


def test_every_kind_that_it_reads_is_tried(tmp_path: Path):
    for name, (content, _) in CHOSEN.items():
        (tmp_path / name).write_bytes(content)

    assert {kind_of(tmp_path / name, name) for name in CHOSEN} == general.PARTITIONS.keys()


def test_a_kind_that_it_does_not_read_is_read_by_ours(tmp_path: Path):
    (path := tmp_path / "a.json").write_text('{"wombats": "dig"}')

    assert [each.text for each in parse(path, "a.json", "unstructured")] == ['{"wombats": "dig"}']
