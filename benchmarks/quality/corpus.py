"""The corpus: pages about Python, PostgreSQL, Perl and Debian, with the places of their sections.

It has about a million tokens, so that the vectors of three chunkings are made in about an hour.
Release notes, grammars, internals and indexes are left out, because nobody asks a manual for them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.pages import Heading, Part, parts

PYTHON = "usr/share/doc/python3.11/html"
POSTGRES = "usr/share/doc/postgresql-doc-15/html"
PERL = "usr/share/perl/5.36.0/pod"
DEBIAN_FAQ = "usr/share/doc/debian/FAQ"
DEBIAN_REFERENCE = "usr/share/debian-reference"

_NAMES = {
    f"{PYTHON}/faq": "design extending general gui library programming windows",
    f"{PYTHON}/howto": "argparse descriptor functional ipaddress logging regex sockets sorting "
    "unicode urllib2",
    f"{PYTHON}/tutorial": "*",
    f"{PYTHON}/reference": "compound_stmts executionmodel import lexical_analysis simple_stmts",
    f"{PYTHON}/library": "asyncio-dev asyncio-task contextlib copy csv dataclasses exceptions "
    "functools glob json os.path pickle queue random re shutil sqlite3 subprocess tempfile "
    "threading time",
    POSTGRES: "app-pg-ctl app-pgdump app-pgrestore app-vacuumdb arrays auth-* backup-* "
    "client-authentication* collation config-setting continuous-archiving datatype-[bcdemnu]* "
    "ddl-* disk-* dml-* errcodes-appendix explicit-* functions-array functions-comparison "
    "functions-conditional functions-matching functions-sequence functions-string "
    "functions-subquery functions-window hot-standby indexes-* libpq-pgpass "
    "locale logfile-maintenance logical-replication* manage-ag-* monitoring-[lp]* mvcc* "
    "non-durability parallel-* pgstatstatements pgtrgm planner-stats populate predefined-roles "
    "queries-* rangetypes role-* routine-* runtime-config-[acelqrsw]* server-* sql-analyze "
    "sql-copy sql-createdatabase sql-createindex sql-createrole sql-createtable sql-createview "
    "sql-delete sql-explain sql-grant sql-insert sql-merge sql-syntax-* sql-truncate sql-update "
    "sql-vacuum ssl-tcp textsearch-* transaction-iso trigger-* tutorial-* upgrading "
    "using-explain wal-* warm-standby*",
    PERL: "perldata perldsc perlfaq[1-9] perlintro perlipc perlmod perlobj perlopentut perlre "
    "perlref perlreftut perlrun perlsec perlsub perlsyn perltrap perluniintro",
    DEBIAN_FAQ: "*.en",
    DEBIAN_REFERENCE: "ch*.en",
}


@dataclass(frozen=True)
class Section:
    """From the end of a heading to the beginning of the next, in characters of its document."""

    title: str
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    name: str  # where its package puts it
    text: str
    sections: tuple[Section, ...]

    def body(self, section: Section) -> str:
        return self.text[section.start : section.end]


Page = tuple[str, list[Part]]
"""A document's name and what it consists of."""


def english(root: Path) -> list[Page]:
    return pages_of(root, _NAMES)


def pages_of(root: Path, names: Mapping[str, str]) -> list[Page]:
    """Return the pages of these names in each directory, in an order that does not change."""
    return [
        (str(path.relative_to(root)), list(parts(path)))
        for directory, wanted in names.items()
        for path in sorted(_matching(root / directory, wanted.split()))
    ]


def _matching(directory: Path, names: Collection[str]) -> set[Path]:
    suffix = "pod" if "pod" in directory.parts else "html"
    return {
        path
        for name in names
        for path in directory.glob(f"{name}.{suffix}")
        if not path.name.startswith("index.") and not path.is_symlink()
    }


def document(name: str, content: list[Part], *, untitled: Collection[str] = ()) -> Document:
    """Return the document's text, with a title above each section except the `untitled` ones."""
    text, starts = "", [("", 0, 0)]
    for part in content:
        if isinstance(part, Heading):
            above = len(text)
            text += "\n\n" if part.title in untitled else f"\n\n{part.title}\n\n"
            starts.append((part.title, above, len(text)))
        else:
            text += part
    ends = [*(above for _, above, _ in starts[1:]), len(text)]
    sections = (
        Section(title, start, end) for (title, _, start), end in zip(starts, ends, strict=True)
    )
    return Document(name, text, tuple(s for s in sections if s.title))
