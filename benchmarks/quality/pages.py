"""Pages of documentation as text, in which each section has its title and its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from lxml import html

# What stands around the text on every page, and lists of contents: those repeat titles.
_AROUND = {
    "contents",
    "footer",
    "headerlink",
    "legalnotice",
    "list-of-tables",
    "local",
    "navfooter",
    "navheader",
    "related",
    "sphinxsidebar",
    "toc",
    "toctree-wrapper",
}
_NEVER = {"footer", "head", "nav", "script", "style"}
_ASIDES = {"caution", "important", "note", "tip", "warning"}  # a heading says no more than that
_CELLS = {"td", "th"}
_LISTS = {"dd", "dl", "dt", "li", "ol", "ul"}
_BLOCKS = {"blockquote", "br", "div", "p", "pre", "section", "table", "tr", *_LISTS}
_CHAPTER = "Appendix|Chapter|Chapitre|Kapitel|Глава|第|제"
_NUMBER = re.compile(rf"^(?:{_CHAPTER})?\s*[0-9A-Z]*\d[\d.]*\s*(?:章|장)?[.:]?\s*")


@dataclass(frozen=True)
class Heading:
    """The title of the text that follows, until the next one."""

    title: str


Part = str | Heading


def parts(path: Path) -> Iterator[Part]:
    """Yield headings and the text below each, without the blank lines that markup leaves."""
    data = path.read_text(errors="replace").replace("\0", "")
    found = _pod(data) if path.suffix == ".pod" else _html(data)
    for is_heading, some in groupby(found, key=lambda part: isinstance(part, Heading)):
        if is_heading:
            yield from some
        else:
            lines = re.sub(r"\s*\n\s*?\n\s*?(?=[^\S\n]*\S)", "\n\n", "".join(map(str, some)))
            yield re.sub(r"(?<=\n) (?=\S)", "", lines).strip()


def _html(data: str) -> Iterator[Part]:
    body = html.fromstring(data.encode(), parser=html.HTMLParser(encoding="utf-8")).find(".//body")
    main = body.xpath('.//div[@role="main"]|.//div[@class="body"]')
    yield from _element(main[0] if main else body, pre=False)


def _element(element: Any, *, pre: bool) -> Iterator[Part]:
    if not isinstance(element.tag, str) or _is_around(element):
        return
    if re.fullmatch("h[1-6]", element.tag) and not _is_aside(element.getparent()):
        yield Heading(_NUMBER.sub("", _line(element.text_content().replace("¶", ""))))
        return
    pre = pre or element.tag == "pre"
    edge = "\n" if element.tag in _BLOCKS else " " if element.tag in _CELLS else ""
    yield edge + _text(element.text, pre=pre)
    for child in element:
        yield from _element(child, pre=pre)
        yield _text(child.tail, pre=pre)
    yield edge


def _is_around(element: Any) -> bool:
    return element.tag in _NEVER or not _AROUND.isdisjoint((element.get("class") or "").split())


def _is_aside(element: Any) -> bool:
    return not _ASIDES.isdisjoint((element.get("class") or "").split())


def _text(text: str | None, *, pre: bool) -> str:
    return (text or "") if pre else re.sub(r"\s+", " ", text or "")


def _line(text: str) -> str:
    return " ".join(text.split())


_COMMANDS = re.compile(r"=(?:back|begin|cut|encoding|end|for|over|pod|x)")
_ESCAPES = {"lt": "\x01", "gt": "\x02", "verbar": "|", "sol": "/"}
_BRACKETS = {1: "<", 2: ">"}
_CODE = re.compile(r"[A-Z]<<+\s(.*?)\s>>+|[A-Z]<([^<>]*)>", re.DOTALL)


def _pod(data: str) -> Iterator[Part]:
    for paragraph in re.split(r"\n\s*\n", data):
        if heading := re.match(r"=head[1-4]\s+(.*)", paragraph, re.DOTALL):
            yield Heading(_line(_uncoded(heading[1])))
        elif not _COMMANDS.match(paragraph):
            yield _uncoded(re.sub(r"^=item\s+", "", paragraph)) + "\n\n"


def _uncoded(text: str) -> str:
    """Remove B<bold> and I<italic I<within>>; keep the words of a link, L<words|target>."""
    for name, character in _ESCAPES.items():  # E<lt> is no bracket of a code
        text = text.replace(f"E<{name}>", character)
    while (plain := _CODE.sub(_inner, text)) != text:
        text = plain
    return text.translate(_BRACKETS)


def _inner(code: re.Match[str]) -> str:
    inner = code[1] or code[2] or ""
    if code[0][0] in "XZ":  # an entry of the index; nothing
        return ""
    return inner.split("|")[0] if code[0][0] == "L" else inner
