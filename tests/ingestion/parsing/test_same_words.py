"""Our readers and unstructured find the same words in the same order, except as stated here."""

import csv
import json
import warnings
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pypandoc
import pytest

from tests.ingestion.parsing.by_unstructured import agreement, our_words, their_words

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"
HTML = SAMPLES / "warranty-and-returns.html"
MARKDOWN = SAMPLES / "customer-faq.md"
CSV = SAMPLES / "price-list.csv"
JSON = SAMPLES / "partner-workshops.json"
HANDBOOK = SAMPLES / "source" / "employee-handbook.md"


def convert(source: Path, to: str, folder: Path) -> Path:
    path = folder / f"converted.{to}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pypandoc.convert_file(str(source), to, format="markdown", outputfile=str(path))
    return path


def tsv(folder: Path) -> Path:
    path = folder / "prices.tsv"
    rows = csv.reader(CSV.read_text(encoding="utf-8").splitlines())
    path.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def eml(folder: Path, **parts: str) -> Path:
    message = EmailMessage()
    message["From"], message["Subject"] = "ada@example.org", "Bells"
    for subtype, text in parts.items():
        message.add_alternative(text, subtype=subtype)
    path = folder / "mail.eml"
    path.write_bytes(bytes(message))
    return path


def xml(folder: Path) -> Path:
    path = folder / "workshops.xml"
    rows = json.loads(JSON.read_text(encoding="utf-8"))["workshops"]
    values = "".join(f"<note><p>{row['name']}</p><p>{row['address']}</p></note>" for row in rows)
    path.write_text(f"<notes>{values}</notes>", encoding="utf-8")
    return path


CASES: dict[str, tuple[str, Callable[[Path], Path], float, float]] = {
    # Theirs leaves out the page's title and menus of links.
    "html": ("html", lambda folder: HTML, 0.99, 0.96),
    # Ours has the addresses of links and the rules of tables.
    "md": ("md", lambda folder: MARKDOWN, 0.99, 0.97),
    "md handbook": ("md", lambda folder: HANDBOOK, 0.99, 0.97),
    "rst": ("rst", lambda folder: convert(HANDBOOK, "rst", folder), 0.99, 0.97),
    "org": ("org", lambda folder: convert(HANDBOOK, "org", folder), 0.99, 0.93),
    "epub": ("epub", lambda folder: convert(HANDBOOK, "epub", folder), 0.99, 0.95),
    # Ours has the sender and the subject.
    "eml": ("email", lambda folder: eml(folder, plain=MARKDOWN.read_text()), 0.99, 0.97),
    "eml of html": ("email", lambda folder: eml(folder, html=HTML.read_text()), 0.99, 0.95),
    # Ours has the names of the columns in each row, theirs has them once.
    "csv": ("csv", lambda folder: CSV, 0.98, 0.65),
    "tsv": ("tsv", tsv, 0.98, 0.65),
    # Ours has the name of the element on each line.
    "xml": ("xml", xml, 0.99, 0.7),
}


@pytest.mark.parametrize("case", CASES)
def test_both_readers_find_the_same_words(case: str, tmp_path: Path):
    kind, made, recall, precision = CASES[case]
    path = made(tmp_path)

    of_theirs, of_ours = agreement(our_words(path), their_words(path, kind))

    assert of_theirs >= recall
    assert of_ours >= precision


def test_both_readers_find_the_same_words_of_json_in_different_orders():
    ours, theirs = Counter(our_words(JSON)), Counter(their_words(JSON, "json"))

    assert (ours & theirs).total() >= 0.98 * max(ours.total(), theirs.total())
