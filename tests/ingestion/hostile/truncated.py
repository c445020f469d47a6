"""Honest files of every kind, cut off near their beginning and near their end."""

import json
from collections.abc import Callable
from pathlib import Path

from ingestion.last_errors import CorruptFile
from tests.ingestion.hostile.binary_sheets import xlsb
from tests.ingestion.hostile.compound import compound
from tests.ingestion.hostile.corpus import Ending, hostile, text
from tests.ingestion.hostile.legacy_streams import doc, label, msg, ppt, xls
from tests.ingestion.hostile.packages import (
    Parts,
    docx,
    epub,
    opendocument,
    paragraph,
    pptx,
    shape,
    write,
    xlsx,
)
from tests.ingestion.hostile.pdf import written

WORDS = "needle in a haystack " * 50


def package(parts: Parts) -> Callable[[Path], object]:
    return lambda path: write(path, parts)


def content(data: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(data)


def letter(attached: bytes) -> bytes:
    head = "Subject: A letter\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    kind = "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\n"
    return f"{head}\n{WORDS}\n--b\n{kind}".encode() + attached * 20 + b"\n--b--\n"


NOTEBOOK = {
    "cells": [{"cell_type": "markdown", "metadata": {}, "source": [WORDS]}] * 5,
    "metadata": {},
    "nbformat": 4,
}
HONEST: dict[str, Callable[[Path], object]] = {
    "docx": package(docx(paragraph(WORDS))),
    "pptx": package(pptx(shape(WORDS))),
    "xlsx": package(xlsx(f'<row><c t="inlineStr"><is><t>{WORDS}</t></is></c></row>')),
    "xlsb": lambda path: xlsb(path, (0, 0, WORDS)),
    "odt": package(opendocument("text", f"<text:p>{WORDS}</text:p>")),
    "odp": package(opendocument("presentation", f"<text:p>{WORDS}</text:p>")),
    "ods": package(opendocument("spreadsheet", f"<text:p>{WORDS}</text:p>")),
    "epub": package(epub(f"<p>{WORDS}</p>")),
    "doc": content(compound(doc(WORDS * 10))),
    "xls": content(compound(xls(label(0, 0), label(1, 1)))),
    "ppt": content(compound(ppt(WORDS))),
    "msg": content(compound(msg(WORDS * 10))),
    "pdf": content(written(40)),
    "rtf": content(rb"{\rtf1\ansi {\b " + WORDS.encode() * 2 + rb"}\par }"),
    "eml": content(letter(WORDS.encode())),
    "html": content(f"<html><body><table><tr><td>{WORDS * 2}</td></tr></table>".encode()),
    "xml": content(f"<r><item>{WORDS}</item><item>{WORDS}</item></r>".encode()),
    "json": content(json.dumps({"words": [WORDS] * 5}).encode()),
    "ipynb": content(json.dumps(NOTEBOOK).encode()),
    "csv": content(b'name,words\n"a","' + WORDS.encode() + b'"\n"b","' + WORDS.encode() + b'"\n'),
    "txt": content(WORDS.encode("utf-16")),
}
TEXTS = ("eml", "html", "xml", "json", "ipynb", "csv", "txt")  # still readable if cut off


def _cut(kind: str, percent: int, ending: Ending) -> None:
    def build(path: Path) -> None:
        HONEST[kind](path)
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) * percent // 100])

    build.__doc__ = f"the first {percent} % of an honest .{kind}"
    hostile(f"first-{percent}-percent.{kind}", ending)(build)


for _kind in HONEST:
    _ending = text("needle") if _kind in TEXTS else CorruptFile
    _cut(_kind, 20, _ending)
    _cut(_kind, 95, _ending)
