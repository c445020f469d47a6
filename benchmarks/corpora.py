"""Fetch the test data of public projects, for a run of `benchmarks.wide` over what people send.

    python -m benchmarks.corpora DIR [--only NAME,NAME]
    python -m benchmarks.wide DIR

The repositories are cloned with git, each with the folder of its test files alone. Nothing of them
is part of this project: their licences differ, and some files are made to break readers.
"""

import argparse
import subprocess
from pathlib import Path
from typing import NamedTuple


class Corpus(NamedTuple):
    """A repository, and the folder in it that holds the files."""

    url: str
    folder: str
    kinds: str


CORPORA = {
    "poi": Corpus("https://github.com/apache/poi", "test-data", "Office of any age, mail"),
    "tika": Corpus(
        "https://github.com/apache/tika",
        "tika-parsers/tika-parsers-standard/tika-parsers-standard-modules",
        "every kind",
    ),
    "pandoc": Corpus("https://github.com/jgm/pandoc", "test", "Word, ODF, EPUB, RTF, Markdown"),
    "pdf.js": Corpus("https://github.com/mozilla/pdf.js", "test/pdfs", "PDF"),
    "pdfbox": Corpus("https://github.com/apache/pdfbox", "pdfbox/src/test/resources", "PDF"),
    "pdfplumber": Corpus("https://github.com/jsvine/pdfplumber", "tests/pdfs", "PDF"),
    "pypdf": Corpus("https://github.com/py-pdf/sample-files", ".", "PDF"),
    "docling": Corpus("https://github.com/docling-project/docling", "tests/data", "every kind"),
    "markitdown": Corpus(
        "https://github.com/microsoft/markitdown",
        "packages/markitdown/tests/test_files",
        "every kind",
    ),
    "mail": Corpus("https://github.com/mikel/mail", "spec/fixtures/emails", "mail"),
    "msg-extractor": Corpus(
        "https://github.com/TeamMsgExtractor/msg-extractor", "example-msg-files", "Outlook"
    ),
    "chardet": Corpus("https://github.com/chardet/chardet", "tests", "character sets"),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", default=",".join(CORPORA), help="the names of some, with commas")
    options = parser.parse_args()
    names = options.only.split(",")
    failed = [name for name in names if not fetched(CORPORA[name], options.directory / name)]
    for name in failed:
        print(f"{name} cannot be fetched: {CORPORA[name].url}")
    raise SystemExit(bool(failed))


def fetched(corpus: Corpus, directory: Path) -> bool:
    """Fetch the folder of a corpus, unless it is there. Return whether it is there now."""
    if directory.exists():
        return True
    clone = ["git", "clone", "--quiet", "--depth=1", "--filter=blob:none", "--sparse", corpus.url]
    if subprocess.run([*clone, directory], check=False).returncode:
        return False
    choose = ["git", "-C", directory, "sparse-checkout", "set", corpus.folder]
    return not subprocess.run(choose, check=False).returncode


if __name__ == "__main__":
    main()
