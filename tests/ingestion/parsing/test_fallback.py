"""Files that unstructured reads after our own reader has failed by a bug."""

import sys
from email.message import EmailMessage
from pathlib import Path

import pytest

from ingestion.last_errors import CorruptFile
from ingestion.parsing import fallback, parse
from ingestion.parsing.kinds import Kind
from ingestion.parsing.sections import Section

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"


def by_fallback(path: Path) -> list[Section]:
    return list(parse(path, path.name, fallback=True))


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
        list(fallback.read_with_unstructured(path, Kind.DOCX))

    assert refused.value.__cause__ is not None


@pytest.mark.parametrize("limit", [MemoryError, RecursionError])
def test_a_resource_limit_is_not_mistaken_for_damage(
    limit: type[Exception], monkeypatch: pytest.MonkeyPatch
):
    def partition(*_: object, **__: object) -> None:
        raise limit

    monkeypatch.setattr(fallback, "partitioner", lambda name: partition)

    with pytest.raises(limit):
        list(fallback.read_with_unstructured(Path("a.docx"), Kind.DOCX))


def test_unstructured_loads_no_language_model():
    by_fallback(SAMPLES / "employee-handbook.docx")

    assert "spacy" not in sys.modules
