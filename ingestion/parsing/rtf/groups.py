"""The groups and control words of RTF, and their effect on its text."""

import re
from dataclasses import dataclass, replace
from functools import partial

from ingestion.parsing.blocks import Block
from ingestion.parsing.blocks.field_codes import field_address
from ingestion.parsing.decoding.code_pages import code_page, font_code_page
from ingestion.parsing.inline import link, superscript
from ingestion.parsing.rtf.flow import Flow
from ingestion.parsing.symbol_fonts import from_symbol_font, is_symbol_font

_MAX_NAME = 100  # characters of a font's
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
        *("fchars", "filetbl", "ftnsep", "ftnsepc", "info", "keycode", "keywords"),
        *("lchars", "listname", "liststyles", "nonesttables", "nonshppict", "objclass", "objdata"),
        *("objname", "operator", "panose", "pict", "pntxta", "pntxtb", "printim", "private1"),
        *("revtim", "rxe", "shprslt", "sn", "sp", "subject", "sv", "tc", "themedata", "title"),
        *("txe", "xe"),
    }
)
_READ_THOUGH_OPTIONAL = frozenset({"shpinst", "shptxt", "dptxbx", "dptxbxtext", "do", "fldinst"})

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
    raised_at: int | None = None  # the place in the text where a superscript began
    field_at: int | None = None  # the place where a field began
    is_instruction: bool = False  # of a field
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
        self._font_names: dict[int | None, str] = {}
        self._instruction = ""  # of the open field
        self._address = ""  # of the open field, if it is a link
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
        group = replace(self._groups[-1], opened_flow="", is_optional=False)
        group.raised_at = group.field_at = None
        self._groups.append(group)

    def close(self) -> None:
        self._skip = 0
        if self.depth:
            group = self._groups.pop()
            text = self._flows[-1].text
            if group.raised_at is not None:
                text.replace_from(group.raised_at, superscript)
            if group.field_at is not None and self._address:
                text.replace_from(group.field_at, partial(_linked, self._address))
                self._address = ""
            if group.is_instruction and not self._groups[-1].is_instruction:
                self._address = field_address(self._instruction)
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
        if group.is_instruction and not group.is_skipped:
            self._instruction += data.decode(self._code_page, "replace")
        elif data and group.table == "fonttbl":
            name = self._font_names.get(group.font, "") + data.decode("latin-1")
            self._font_names[group.font] = name[:_MAX_NAME]
        elif data and not (group.is_skipped or group.is_deleted):
            font = self._font if group.font is None else group.font
            charset, text = self._fonts.get(font, 0), self._flows[-1].text
            name = self._font_names.get(font, "").partition(";")[0].strip()
            if is_symbol_font(name):
                text.add_mapped(data, name)
            else:
                text.add_bytes(data, font_code_page(charset, self._code_page))

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
            font = self._font if group.font is None else group.font
            name = self._font_names.get(font, "").partition(";")[0].strip()
            self._add(from_symbol_font(name, chr(number % 65_536)))
            self._skip = group.fallbacks
        elif word == "field":
            group.field_at = self._flows[-1].text.mark()
        elif word == "fldinst":
            group.is_instruction, self._instruction = True, ""
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
        elif group.is_instruction and not group.is_skipped:
            self._instruction += text
        elif not (group.is_skipped or group.is_deleted or group.table or group.is_instruction):
            self._flows[-1].text.add(text)

    def _apply_setting(self, word: str, number: int, group: _Group) -> None:
        if word == "pard":
            group.in_table = group.is_heading = False
        elif word == "plain":
            group.is_deleted, group.font = False, None
            self._end_raised(group)
        elif word in ("super", "up") and number:
            if group.raised_at is None:
                group.raised_at = self._flows[-1].text.mark()
        elif word in ("super", "up", "nosupersub", "sub", "dn"):
            self._end_raised(group)
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

    def _end_raised(self, group: _Group) -> None:
        if group.raised_at is not None:
            self._flows[-1].text.replace_from(group.raised_at, superscript)
            group.raised_at = None

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


def _linked(address: str, text: str) -> str:
    return link(text, address)
