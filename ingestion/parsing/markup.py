"""Markdown, RST, TeX and Org: kept exactly as written, each part under the title above it."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ingestion.parsing.decoding import texts
from ingestion.parsing.sections import Section

# Yields (start, title) for each title in a text of whole lines.
Titles = Callable[[str], Iterator[tuple[int, str]]]

_MAX_WITHOUT_BREAK = 100_000  # characters without a blank line, before any line end will do

_FENCE_OR_TITLE = re.compile(
    r"^ {0,3}(?:(?P<fence>`{3,}|~{3,})"
    r"|#{1,6}[ \t]+(?P<title>[^\n]{0,500}?)[ \t]*#*[ \t]*$"
    r"|(?P<underlined>[^\s#>|+*=-][^\n]{0,500}?)[ \t]*\n {0,3}(?:=+|-{2,})[ \t]*$)",
    re.MULTILINE,
)
# Front matter, for the program that builds the page: `title: The shop`, between two rules.
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\n(?=[\w\"'-]{1,100}[ \t]*:|#)(?:[^\n]*\n){0,500}?(?:---|\.\.\.)[ \t]*(?:\n|\Z)"
)
_FRONT_MATTER_TITLE = re.compile(
    r"^title[ \t]*:[ \t]*([\"']?)(?P<title>[^\n]{1,300}?)\1[ \t]*$", re.MULTILINE
)
_RST_TITLE = re.compile(
    r"^(?P<title>\S[^\n]{0,300})\n(?P<line>([=\-~^\"'`:.*+#<>_])\3{2,})[ \t]*$", re.MULTILINE
)
_OVERLINE = re.compile(r"[=\-~^\"'`:.*+#<>_]{3,}\n\Z")
_TEX_TITLE = re.compile(
    r"\\(?:part|chapter|(?:sub){0,2}section|paragraph|title|frametitle)\*?"
    r"(?:\[[^\]\n]{0,300}\])?\{(?P<title>(?:[^{}\n]|\{[^{}\n]{0,100}\}){1,300})\}"
)
_TEX_COMMENT = re.compile(r"(?<!\\)%[^\n]*\Z")
_TEX_COMMAND = re.compile(r"\\[A-Za-z]+\*?\s*|[{}~]")
_ORG_TITLE = re.compile(r"^\*+[ \t]+(?P<title>[^\n]{1,300}?)[ \t]*(?::[\w@:]+:)?$", re.MULTILINE)


def read_markdown(path: Path) -> Iterator[Section]:
    return _under_titles(texts(path), _Markdown().titles)


def read_rst(path: Path) -> Iterator[Section]:
    return _under_titles(texts(path), _rst_titles)


def read_tex(path: Path) -> Iterator[Section]:
    return _under_titles(texts(path), _tex_titles)


def read_org(path: Path) -> Iterator[Section]:
    return _under_titles(texts(path), _org_titles)


def markdown_sections(text: str) -> Iterator[Section]:
    return _under_titles([text], _Markdown().titles)


def _under_titles(pieces: Iterable[str], titles: Titles) -> Iterator[Section]:
    """Split a text into sections at its titles, without changing it."""
    heading, continues = None, False
    for text in _whole_lines(pieces):
        begin = 0
        for start, title in titles(text):
            if start > begin:
                yield Section(text[begin:start], heading=heading, continues=continues)
                continues = True
            begin, heading = start, title.strip() or None
        if begin < len(text):
            yield Section(text[begin:], heading=heading, continues=continues)
            continues = True


def _whole_lines(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the text split at blank lines, since no title contains one, or if there is none for
    long, at a line end."""
    waiting = ""
    for piece in pieces:
        end = waiting.rfind("\n\n") + 2
        if end < 2 and len(waiting) > _MAX_WITHOUT_BREAK:
            end = waiting.rfind("\n") + 1 or len(waiting)
        if end >= 2:
            yield waiting[:end]
            waiting = waiting[end:]
        waiting += piece
    if waiting:
        yield waiting


class _Markdown:
    """A finder of titles in consecutive pieces of a text.

    It has state, because code blocks may span pieces, and only the first piece has front matter.
    """

    def __init__(self) -> None:
        self._fence = ""
        self._has_begun = False

    def titles(self, text: str) -> Iterator[tuple[int, str]]:
        position = 0
        if not self._has_begun and (before := _FRONT_MATTER.match(text)):
            position = before.end()
            if name := _FRONT_MATTER_TITLE.search(before[0]):
                yield 0, name["title"]
        self._has_begun = True
        while found := _FENCE_OR_TITLE.search(text, position):
            position = found.end()
            if fence := found["fence"]:
                if not self._fence:
                    self._fence = fence
                elif fence.startswith(self._fence):
                    self._fence = ""
            elif not self._fence:
                yield found.start(), found["title"] or found["underlined"] or ""
            elif found["underlined"]:  # in code, whose second line may close it
                position = text.index("\n", found.start()) + 1


def _rst_titles(text: str) -> Iterator[tuple[int, str]]:
    for found in _RST_TITLE.finditer(text):
        title = found["title"].strip()
        is_rule = len(set(title)) == 1 and not title[0].isalnum()
        if len(found["line"]) >= len(title) * 0.8 and not is_rule:
            over = _OVERLINE.search(text, max(0, found.start() - 400), found.start())
            yield over.start() if over else found.start(), title


def _tex_titles(text: str) -> Iterator[tuple[int, str]]:
    for found in _TEX_TITLE.finditer(text):
        if _TEX_COMMENT.search(text, max(0, found.start() - 200), found.start()):
            continue
        yield found.start(), " ".join(_TEX_COMMAND.sub(" ", found["title"]).split())


def _org_titles(text: str) -> Iterator[tuple[int, str]]:
    return ((found.start(), found["title"]) for found in _ORG_TITLE.finditer(text))
