"""The groups and control words of RTF, and their effect on its text."""

import re
from dataclasses import dataclass, replace

from ingestion.parsing.blocks import Block
from ingestion.parsing.decoding.code_pages import code_page, font_code_page
from ingestion.parsing.rtf.flow import Flow

_BODY_LEVEL = 9  # the outline level of body text
_LABELS = ("listtext", "pntext")
_NUMBER = re.compile(r"\d|\w\W|\w\w")  # a single letter is a bullet, `o`
_TABLES = ("fonttbl", "stylesheet")
_CODE_PAGES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}

_CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "emdash": "\u2014",
    "endash": "\u2013",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
    "bullet": "\u2022",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "~": "\xa0",
    "_": "-",
    "\\": "\\",
    "{": "{",
    "}": "}",
    "\n": "\n",
    "\r": "\n",
}

# Groups with these words hold no text of the document. Other groups that begin with `\*` are
# skipped too, since they are for programs that know them, except for _READ_THOUGH_OPTIONAL.
_SKIPPED = frozenset(
    {
        *("aftnsep", "aftnsepc", "annotation", "atnauthor", "atnid", "bkmkend", "bkmkstart"),
        *("blipuid", "buptim", "colortbl", "comment", "creatim", "datafield", "doccomm", "falt"),
        *("fchars", "filetbl", "fldinst", "ftnsep", "ftnsepc", "info", "keycode", "keywords"),
        *("lchars", "listname", "liststyles", "nonesttables", "nonshppict", "objclass", "objdata"),
        *("objname", "operator", "panose", "pict", "pntxta", "pntxtb", "printim", "private1"),
        *("revtim", "rxe", "shprslt", "sn", "sp", "subject", "sv", "tc", "themedata", "title"),
        *("txe", "xe"),
    }
)
_READ_THOUGH_OPTIONAL = frozenset({"shpinst", "shptxt", "dptxbx", "dptxbxtext", "do"})

# Groups with their own paragraphs, which appear elsewhere on the page.
_HEADERS = frozenset(
    ("header", "headerf", "headerl", "headerr", "footer", "footerf", "footerl", "footerr")
)
_OWN_FLOW = frozenset({"footnote", "shptxt", "dptxbxtext", *_HEADERS})


@dataclass(slots=True)
class _Group:
    """The settings that hold until the group ends."""

    opened_flow: str = ""  # the word that opened a flow in this group
    table: str = ""  # the table of fonts or styles around it
    is_skipped: bool = False
    is_optional: bool = False  # whether it begins with `\*`
    is_deleted: bool = False
    in_table: bool = False
    is_heading: bool = False
    fallbacks: int = 1  # characters after each `\u`, for programs without Unicode
    font: int | None = None
    style: int = 0


class RtfStory:
    def __init__(self) -> None:
        self._body = Flow()
        self._flows = [self._body]
        self._groups = [_Group()]
        self._skip = 0  # fallback characters still to skip
        self._code_page = "cp1252"
        self._fonts: dict[int | None, int] = {}
        self._font: int | None = None
        self._headings: set[int] = set()
        self._headers: set[str] = set()

    @property
    def ready(self) -> list[Block]:
        return self._body.blocks

    @property
    def depth(self) -> int:
        return len(self._groups) - 1

    def open(self) -> None:
        self._skip = 0
        self._groups.append(replace(self._groups[-1], opened_flow="", is_optional=False))

    def close(self) -> None:
        self._skip = 0
        if self.depth:
            group = self._groups.pop()
            if group.opened_flow:
                self._end_flow(group.opened_flow)
            elif group.table == "stylesheet":
                name = self._flows[-1].text.take().strip().lower()
                if name.startswith(("heading", "title")):
                    self._headings.add(group.style)

    def end(self) -> None:
        self._body.end()

    def write(self, data: bytes) -> None:
        group = self._groups[-1]
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        if data and not (group.is_skipped or group.is_deleted or group.table == "fonttbl"):
            charset = self._fonts.get(self._font if group.font is None else group.font, 0)
            self._flows[-1].text.add_bytes(data, font_code_page(charset, self._code_page))

    def sign(self, sign: str) -> None:
        if sign == "*":
            self._groups[-1].is_optional = True
        elif sign in "\r\n":
            self.word("par", 1)
        elif sign in _CHARACTERS:
            self._add(_CHARACTERS[sign])

    def word(self, word: str, number: int) -> None:
        group = self._groups[-1]
        if group.is_skipped:
            return
        if word in _SKIPPED or (group.is_optional and word not in _READ_THOUGH_OPTIONAL):
            group.is_skipped = True
        elif word in _OWN_FLOW or word in _LABELS:
            group.opened_flow = word
            self._flows.append(Flow())
        elif word in _TABLES:
            group.table = word
        elif word in _CHARACTERS:
            self._add(_CHARACTERS[word])
        elif word == "u":
            self._add(chr(number % 65_536))
            self._skip = group.fallbacks
        elif word in ("par", "sect", "page"):
            flow = self._flows[-1]
            flow.end_paragraph(in_table=group.in_table, is_heading=group.is_heading)
        elif word == "nestcell":
            self._flows[-1].end_paragraph(in_table=True, is_heading=False)
        elif word == "cell":
            self._flows[-1].end_cell()
        elif word == "row":
            self._flows[-1].end_row()
        else:
            self._apply_setting(word, number, group)
        group.is_optional = False

    def _add(self, text: str) -> None:
        group = self._groups[-1]
        if self._skip:
            self._skip -= 1
        elif not (group.is_skipped or group.is_deleted or group.table):
            self._flows[-1].text.add(text)

    def _apply_setting(self, word: str, number: int, group: _Group) -> None:
        if word == "pard":
            group.in_table = group.is_heading = False
        elif word == "plain":
            group.is_deleted, group.font = False, None
        elif word == "intbl":
            group.in_table = True
        elif word == "deleted":
            group.is_deleted = number != 0
        elif word == "uc":
            group.fallbacks = number
        elif word == "f":
            group.font = number
        elif word == "fcharset":
            self._fonts[group.font] = number
        elif word == "deff":
            self._font = number
        elif word == "s":
            group.style = number
            group.is_heading = number in self._headings
        elif word == "outlinelevel":
            group.is_heading = number < _BODY_LEVEL
        elif word == "ansicpg":
            self._code_page = code_page(number, "cp1252")
        elif word in _CODE_PAGES:
            self._code_page = _CODE_PAGES[word]

    def _end_flow(self, opener: str) -> None:
        flow = self._flows.pop()
        if opener in _LABELS:
            label = flow.text.take().strip()
            self._flows[-1].label = label if _NUMBER.search(label) else "-"
            return
        flow.end()
        if opener not in _HEADERS:
            self._flows[-1].defer(flow.blocks)
            return
        new = [block for block in flow.blocks if block.text not in self._headers]
        self._headers.update(block.text for block in new)
        self._body.blocks += new
