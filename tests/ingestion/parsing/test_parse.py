import json
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.last_errors import CorruptFile, EmptyFile, UnsupportedFile
from tests.ingestion.parsing.conftest import Sections
from tests.ingestion.parsing.documents import PNG

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"

# Runs in a new process, since a module is imported only once in each.
WITHOUT_NETWORK = """
import json, socket, sys
from pathlib import Path

attempts = []

def refuse(*args, **kwargs):
    attempts.append(repr(args))
    raise OSError("there is no network")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse

from ingestion.chunking import chunk
from ingestion.parsing import parse

chunks = [len(chunk(parse(Path(path), path))) for path in sys.argv[1:]]
print(json.dumps({"attempts": attempts, "chunks": chunks, "modules": sorted(sys.modules)}))
"""


def in_a_new_process(*paths: Path) -> dict[str, list[str]]:
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK, *map(str, paths)],
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, list[str]] = json.loads(ran.stdout)
    return found


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf", b"\n" * 50 + b"\0"])
@pytest.mark.parametrize("filename", ["a.txt", "a.md", "a.csv", "a.json", "a.html", "a.py"])
def test_a_file_of_nothing_but_blank_space_is_empty(
    sections: Sections, content: bytes, filename: str
):
    with pytest.raises(EmptyFile, match="because it is empty"):
        sections(content, filename)


@pytest.mark.parametrize("filename", ["a.png", "a.txt", "a.md", "a.json", "a.csv", "a.html", "a"])
def test_a_picture_is_a_picture_under_any_name(sections: Sections, filename: str):
    # This one is damaged. Without OCR it is refused before that is noticed.
    with pytest.raises((CorruptFile, UnsupportedFile)):
        sections(PNG, filename)


@pytest.mark.usefixtures("programs")
def test_neither_a_network_nor_a_language_model_is_used_for_any_format():
    samples = sorted(path for path in SAMPLES.iterdir() if path.is_file())

    found = in_a_new_process(*samples)

    assert found["attempts"] == []
    assert len(found["chunks"]) == len(samples) >= 9
    assert not {"unstructured", "spacy", "torch", "nltk"} & set(found["modules"])


@pytest.mark.usefixtures("programs")
def test_reading_text_does_not_import_the_office_libraries():
    found = in_a_new_process(SAMPLES / "customer-faq.md", SAMPLES / "heron-manual.pdf")

    assert not {"unstructured", "docx", "pptx"} & set(found["modules"])


ROWS = {
    "a.txt": "a line of words, number {}\n",
    "a.csv": 'bell,"of brass, number {}",3\n',
    "a.jsonl": '{{"name": "Z\\u00fcrich", "number": {}}}\n',
    "a.xml": "<row id='{}'><name>bell</name></row>\n",
    "one.xml": "words in one element, {} ",
    "a.html": f"<h2>{{}}</h2><p>{'Some words. ' * 20}</p>\n",
    "a.md": f"# Number {{}}\n\n{'Some words. ' * 20}\n\n",
}
AROUND = {"csv": ("name,of,price\n", ""), "xml": ("<rows>", "</rows>")}
PEAK = """
import resource, sys
from pathlib import Path
from ingestion.parsing import parse

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
length = sum(len(section.text) for section in parse(Path(sys.argv[1]), sys.argv[1]))
print(length, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("filename", ROWS)
def test_memory_does_not_grow_with_the_file(filename: str, tmp_path: Path):
    (path := tmp_path / filename).touch()
    opening, closing = AROUND.get(path.suffix[1:], ("", ""))
    row = ROWS[filename]
    rows = "".join(row.format(number) for number in range(12_000_000 // len(row)))
    path.write_text(f"{opening}{rows}{closing}", encoding="utf-8")

    ran = subprocess.run(
        [sys.executable, "-c", PEAK, str(path)], capture_output=True, check=True, text=True
    )

    length, kilobytes = map(int, ran.stdout.split())
    assert length > 3_000_000
    assert kilobytes < (110_000 if filename == "a.html" else 40_000)


@pytest.mark.usefixtures("programs")
def test_parsing_and_chunking_import_neither_django_nor_celery():
    found = in_a_new_process(SAMPLES / "employee-handbook.docx")

    assert not {"django", "celery"} & set(found["modules"])
