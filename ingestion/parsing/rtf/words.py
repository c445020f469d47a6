"""The control words of RTF that a reader of its text has to know."""

SIGNS = {
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

# Groups of these hold no text of the document. Any other that begins with `\*` is for programs
# that know it, and is left out too, except for SHOWN.
UNREAD = frozenset(
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
SHOWN = frozenset({"shpinst", "shptxt", "dptxbx", "dptxbxtext", "do"})

# Groups with paragraphs of their own, which stand elsewhere on the page.
HEADERS = frozenset(
    ("header", "headerf", "headerl", "headerr", "footer", "footerf", "footerl", "footerr")
)
ASIDE = frozenset({"footnote", "shptxt", "dptxbxtext", *HEADERS})
