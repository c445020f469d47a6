import pytest

from ingestion.parsing.kinds import SUFFIXES
from vectorstores.formats import UNREADABLE, unreadable_extension


@pytest.mark.parametrize(
    ("filename", "extension"),
    [
        ("photo.heic", ".heic"),
        ("SONG.MP3", ".mp3"),
        ("backup.tar.gz", ".gz"),
        ("notes.txt.zip", ".zip"),
        (".zip", None),
        ("zip", None),
        ("notes.txt", None),
        ("report.pdf", None),
        ("scan.png", None),
        ("main.rs", None),
        ("data.parquet", None),
        ("no extension", None),
        ("dots...", None),
        ("", None),
        ("日本.WEBM", ".webm"),
    ],
)
def test_only_names_of_what_has_no_text_are_refused(filename, extension):
    assert unreadable_extension(filename) == extension


OPENAIS = "c cpp cs css doc docx go html java js json md pdf php pptx py rb sh tex ts txt"


def test_no_type_is_refused_that_openai_takes():
    for extension in OPENAIS.split():
        assert unreadable_extension(f"file.{extension}") is None


def test_no_type_is_refused_that_a_parser_reads():
    assert not UNREADABLE & set(SUFFIXES)
