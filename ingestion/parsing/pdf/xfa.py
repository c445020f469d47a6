"""Recognise the page that stands in for a dynamic form.

Adobe's XFA forms have their fields in XML, which only Adobe's programs draw. All others show one
page that says "Please wait…" in the language of the form and asks to install Adobe Reader.
"""

import re
from typing import Any

from pypdfium2 import raw

_MAX_WORDS = 200
_XFA = (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND)
_IN_ENGLISH = re.compile(
    r"please wait.{0,20}if this message is not eventually replaced", re.IGNORECASE | re.DOTALL
)


def is_placeholder(page: Any, text: str) -> bool:
    """Return whether a document's first page, with this text, is all that it shows of a form."""
    if _IN_ENGLISH.search(text):
        return True
    form = raw.FPDF_GetFormType(page.pdf)
    if form not in _XFA or len(page.pdf) > 1 or len(text.split()) > _MAX_WORDS:
        return False
    is_dynamic = form == raw.FORMTYPE_XFA_FULL
    return (is_dynamic or "adobe" in text.lower()) and not _has_fields(page)


def _has_fields(page: Any) -> bool:
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        if annotation := raw.FPDFPage_GetAnnot(page, index):
            subtype = raw.FPDFAnnot_GetSubtype(annotation)
            raw.FPDFPage_CloseAnnot(annotation)
            if subtype == raw.FPDF_ANNOT_WIDGET:
                return True
    return False
