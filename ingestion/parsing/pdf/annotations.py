"""What was typed onto a page: the fields of a form that are filled in, and notes."""

from collections.abc import Iterator
from typing import Any

from pypdfium2 import raw

from ingestion.parsing.pdf.strings import string

_MOST = 20_000  # of a page; each link is one too
_NOTES = (raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_TEXT)
_UNSEEN = 0x2 | 0x20  # the flags Hidden and NoView
_SECRET = 1 << 13  # of a text field: a password
_TYPED = (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
_CHECKED = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)


def annotations(page: Any) -> str:
    """One line each, of a field its name and value."""
    return "\n".join(dict.fromkeys(line for line in _lines(page) if line))


def _lines(page: Any) -> Iterator[str]:
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MOST)):
        if annotation := raw.FPDFPage_GetAnnot(page, index):
            try:
                yield _line(page.formenv, annotation)
            finally:
                raw.FPDFPage_CloseAnnot(annotation)


def _line(form: Any, annotation: Any) -> str:
    subtype = raw.FPDFAnnot_GetSubtype(annotation)
    is_field = form and subtype == raw.FPDF_ANNOT_WIDGET
    if not (is_field or subtype in _NOTES) or raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
        return ""
    if is_field:
        return _field(form, annotation)
    return string(raw.FPDFAnnot_GetStringValue, annotation, b"Contents")


def _field(form: Any, annotation: Any) -> str:
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    secret = raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _SECRET
    if kind in _TYPED and not secret:
        value = string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    elif kind in _CHECKED and raw.FPDFAnnot_IsChecked(form, annotation):
        value = string(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation)
    else:
        return ""
    return f"{_name(form, annotation)}: {value}" if value else ""


def _name(form: Any, annotation: Any) -> str:
    """What a person is shown as its name, or else the last part of what programs call it."""
    shown = string(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    return shown or string(raw.FPDFAnnot_GetFormFieldName, form, annotation).rpartition(".")[2]
