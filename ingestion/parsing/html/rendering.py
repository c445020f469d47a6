"""Rendering of a page as lines of text, as a person reads it, with the addresses of links."""

import re
from collections.abc import Callable, Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from ingestion.last_errors import FileTooLarge
from ingestion.parsing.html.mathml import formula_text
from ingestion.parsing.html.shadows import show_shadow_roots
from ingestion.parsing.html.table_rows import table_rows
from ingestion.parsing.inline import check_box, link, picture, superscript

_SKIPPED = {
    *("canvas", "iframe", "math", "noscript", "object", "rp", "script", "style", "svg"),
    "template",
}
_LINES = {
    *("address", "br", "caption", "dd", "div", "dt", "figcaption", "li", "option", "summary"),
    *("td", "th", "tr"),
}
_PARAGRAPHS = {
    *("article", "aside", "blockquote", "body", "dl", "fieldset", "figure", "footer", "form"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "main", "nav", "ol", "p", "pre"),
    *("section", "table", "title", "ul"),
}

# Fields of forms whose value is not a text that a person reads.
_NO_TEXT = {"button", "file", "hidden", "image", "password", "reset", "submit"}
_BOXES = {"checkbox", "radio"}

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_MAX_TITLE = 300  # characters, because an unclosed heading contains the rest of the page
# A table with any of these only lays out the page. Its rows are not joined to lines, because that
# would put a whole heading, table or piece of code on one line.
_IN_LAYOUT = "td table, td h1, td h2, td h3, td pre"


def render(html: str, *, is_part: bool = False) -> "Page":
    """Return the lines of a page or fragment. Raises FileTooLarge if memory does not suffice.

    A page `is_part` of a whole that is read too, so links to its other parts need no address.
    """
    try:
        root = LexborHTMLParser(show_shadow_roots(html)).root
    except SelectolaxError as error:  # lexbor accepts any HTML, so it has run out of memory
        raise FileTooLarge(
            "Its tags unfold to more than the memory holds: repair the page, or upload its text."
        ) from error
    return _visit(root, Page(is_part=is_part)) if root else Page()


class Page:
    """The lines of a page, built while its nodes are visited."""

    def __init__(self, *, is_part: bool = False) -> None:
        self._is_part = is_part
        self._shows_choice = False  # which entries of the open list are chosen
        self._navigation = 0  # open elements that list the pages of a site
        self._marks: list[tuple[int, int]] = []  # where open links and powers begin
        self._lines: list[str] = []
        self._line: list[str] = []
        self._bullet = ""  # pending until the first words of its item
        self._lists: list[int | None] = []  # the open lists: the last number, or None for bullets
        self._preformatted = 0
        self.title = ""
        self.headings: list[tuple[int, str]] = []  # each with the line where it begins
        self._heading = 0, 0  # of the open heading: its first line, and the length of its bullet

    def enter(self, node: LexborNode) -> bool:
        """Add what the node begins. Return whether to visit its children."""
        tag = node.tag or ""
        if tag == "-text":
            self._write(node.text_content or "")
            return False
        self._break(tag)
        if tag not in _SPECIAL:
            return True
        if tag in ("a", "sup"):
            self._marks.append((len(self._lines), len(self._line)))
        elif tag == "nav":
            self._navigation += 1
        elif tag == "select":
            self._shows_choice = node.css_first("option[selected]") is not None
        elif tag == "option" and self._shows_choice:
            self._write(f"{check_box('selected' in node.attributes)} ")
        elif tag in _DRAWN:
            self._write(_DRAWN[tag](node))
        if tag == "li":
            indent = "  " * (len(self._lists) - 1)
            self._bullet = f"{indent}- "
            if self._lists and self._lists[-1] is not None:
                self._lists[-1] += 1
                self._bullet = f"{indent}{self._lists[-1]}. "
        elif tag in ("ol", "ul"):
            start = (tag == "ol" and node.attributes.get("start")) or ""
            first = int(start) if re.fullmatch(r"\d{1,9}", start, re.ASCII) else 1
            self._lists.append(first - 1 if tag == "ol" else None)
        elif tag == "pre":
            self._preformatted += 1
        elif tag in _HEADINGS:
            self._heading = len(self._lines), len(self._bullet.lstrip())
        elif tag == "table" and not any(part.css_first(_IN_LAYOUT) for part in node.iter()):
            # Its parts are searched one by one, because the selector, applied to the whole table,
            # would find the table itself if it stands in a cell of another.
            self._lines += [self._words(caption) for caption in node.css("caption")]
            self._lines += table_rows(node, self._words)
            return False
        return tag not in _SKIPPED

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            return
        self._break(tag)
        if tag not in _SPECIAL:
            return
        if tag in _HEADINGS:
            line, bullet = self._heading
            if title := _title_of(self._lines[line : line + _MAX_TITLE])[bullet:]:
                self.headings.append((line, title))
        elif tag == "title":
            self.title = self.title or _title_of([node.text()])
        if tag == "a":
            self._end_link(node.attributes.get("href") or "")
        elif tag == "sup":
            self._end_power()
        elif tag == "rt":
            self._line.append(")")
        elif tag == "nav":
            self._navigation -= 1
        if tag in ("ol", "ul"):
            self._lists.pop()
        elif tag == "pre":
            self._preformatted -= 1

    def end(self) -> None:
        self._end_line()
        while self._lines and not self._lines[-1]:
            self._lines.pop()

    def text(self, begin: int = 0, end: int | None = None) -> str:
        """Return the text of a range of lines. Consecutive ranges add up to the whole text."""
        text = "\n".join(self._lines[begin:end]).lstrip("" if begin else "\n")
        return text if end is None else f"{text}\n"

    def parts(self) -> Iterator[tuple[str, str]]:
        """Yield (heading, text below it). The heading is empty for the text before the first."""
        title, begin = "", 0
        for line, heading in self.headings:
            if line > begin:
                yield title, self.text(begin, line)
                begin = line
            title = heading
        if text := self.text(begin):
            yield title, text

    def _end_link(self, address: str) -> None:
        """Add the address of the link that ends, unless it leads to another part of the whole."""
        lines, pieces = self._marks.pop()
        is_local = not re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE)
        if not address or (is_local and (self._is_part or self._navigation)):
            return
        if len(self._lines) == lines:
            text = "".join(self._line[pieces:])
            self._line[pieces:] = [link(text, address)]
        elif self._line:
            self._line.append(link(" ", address))
        else:  # it holds blocks, of which the last has ended
            place = next((n for n in (-1, -2) if self._lines[n:] and self._lines[n]), 0)
            if place:
                self._lines[place] = link(self._lines[place], address)

    def _end_power(self) -> None:
        lines, pieces = self._marks.pop()
        before = "".join(self._line[:pieces])
        if len(self._lines) == lines and before[-1:].strip():
            self._line[pieces:] = [superscript("".join(self._line[pieces:]))]

    def _words(self, node: LexborNode) -> str:
        page = Page(is_part=self._is_part)
        return " ".join(_visit(node, page).text().split())

    def _write(self, text: str) -> None:
        if not self._preformatted:
            self._line.append(text)
            return
        first, *others = text.split("\n")
        self._line.append(first)
        for line in others:
            self._end_line(keep_blank=True)
            self._line.append(line)

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._end_line()
            if self._lines and self._lines[-1]:
                self._lines.append("")
        elif tag in _LINES:
            self._end_line()

    def _end_line(self, *, keep_blank: bool = False) -> None:
        if not self._line and not keep_blank:
            return
        text = "".join(self._line)
        self._line.clear()
        text = text.rstrip() if self._preformatted else " ".join(text.split())
        if text or keep_blank:
            self._lines.append(self._bullet + text)
            self._bullet = ""


def _visit(root: LexborNode, page: Page) -> Page:
    """Visit every node on the way in and out, without recursion, since pages may nest deep."""
    node, entering = root, True
    while True:
        if entering and page.enter(node) and node.first_child is not None:
            node = node.first_child
            continue
        page.leave(node)
        if node.mem_id == root.mem_id or node.parent is None:
            page.end()
            return page
        entering = node.next is not None
        node = node.next or node.parent


def _described(node: LexborNode) -> str:
    return picture(node.attributes.get("alt") or node.attributes.get("aria-label") or "")


def _drawing(node: LexborNode) -> str:
    """Return what a drawing says of itself."""
    texts = (found.text() for name in ("title", "desc") for found in node.css(name)[:1])
    label = node.attributes.get("aria-label") or " ".join(texts)
    return picture(label)


def _field(node: LexborNode) -> str:
    """Return the value of a form's field, or its box."""
    kind = (node.attributes.get("type") or "text").strip().lower()
    if kind in _BOXES:
        return f"{check_box('checked' in node.attributes)} "
    if kind == "image":
        return _described(node)
    return "" if kind in _NO_TEXT else f" {node.attributes.get('value') or ''} "


_DRAWN: dict[str, Callable[[LexborNode], str]] = {
    "img": _described,
    "area": _described,
    "svg": _drawing,
    "math": formula_text,
    "input": _field,
    "rt": lambda node: "(",
}
# The tags that do more than to break lines.
_SPECIAL = {
    *("a", "li", "nav", "ol", "pre", "select", "sup", "table", "title", "ul"),
    *_HEADINGS,
    *_SKIPPED,
    *_DRAWN,
    "option",
}


def _title_of(lines: Iterable[str]) -> str:
    """Join the lines of a heading to one, cut off at the longest title allowed."""
    return " ".join(" ".join(line[:_MAX_TITLE] for line in lines).split())[:_MAX_TITLE]
