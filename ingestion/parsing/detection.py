"""Which reader a file is for, told by its first bytes and then by its name.

What an upload's header claims is not asked: SDKs send `application/octet-stream` for anything.

    first bytes ─▶ a zip or an OLE file ─▶ what it contains
         │  └────▶ a PDF, RTF or picture, whatever its name; or a kind we refuse, with a sentence
         └───────▶ text ─▶ its name ─▶ and where that says little, how the text begins
"""

from pathlib import Path, PurePath

from ingestion.last_errors import CorruptFile, EmptyFile
from ingestion.parsing.beginnings import is_web_page, kind_by_beginning
from ingestion.parsing.containers import kind_in_ole, kind_in_zip
from ingestion.parsing.decoding import beginning
from ingestion.parsing.kinds import SUFFIXES, Kind
from ingestion.parsing.signatures import OLE, PDF, ZIPS, kind_by_signature

_HEAD = 4096  # bytes
_BINARY = {
    *(Kind.PDF, Kind.DOCX, Kind.PPTX, Kind.SHEET, Kind.ODT, Kind.ODP, Kind.EPUB, Kind.MSG),
    *(Kind.DOC, Kind.PPT, Kind.RTF, Kind.IMAGE),
}
# What programs wrote under the names of Office without being Office, for decades.
_LOOSELY_NAMED = {
    ".doc": Kind.TEXT,
    ".dot": Kind.TEXT,
    ".rtf": Kind.TEXT,
    ".xls": Kind.CSV,
}
# A page in one of these is code that makes pages.
_CODE = {
    *(".asp", ".aspx", ".cshtml", ".ejs", ".erb", ".hbs", ".j2", ".jinja", ".jinja2", ".js"),
    *(".jsp", ".jsx", ".liquid", ".mustache", ".php", ".phtml", ".py", ".rb", ".svelte", ".tmpl"),
    *(".tpl", ".ts", ".tsx", ".twig", ".vue"),
}


def kind_of(path: Path, filename: str) -> Kind:
    """Anything not recognised is `TEXT`: whether it is, shows when it is decoded."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        raise EmptyFile
    suffix = PurePath(filename).suffix.lower()
    named = SUFFIXES.get(suffix)
    if head.startswith(ZIPS):
        return kind_in_zip(path, named)
    if head.startswith(OLE):
        return kind_in_ole(path, named)
    if kind := kind_by_signature(head):
        return kind
    if named is Kind.PDF and PDF in head[:1024]:
        return Kind.PDF
    return _kind_of_text(beginning(head), suffix, named)


def _kind_of_text(text: str, suffix: str, named: Kind | None) -> Kind:
    if named in _BINARY:
        if suffix not in _LOOSELY_NAMED:
            raise CorruptFile(
                f"Its name ends in {suffix} but its content is something else:"
                " save it again from the program that made it and upload the new copy."
            )
        return kind_by_beginning(text) or _LOOSELY_NAMED[suffix]
    if named is None:
        return Kind.TEXT if suffix in _CODE else kind_by_beginning(text) or Kind.TEXT
    return Kind.HTML if is_web_page(text) and named is not Kind.EML else named
