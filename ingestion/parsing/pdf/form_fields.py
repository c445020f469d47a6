"""The filled-in fields of a form, each as `name: value`."""

import ctypes
from typing import Any

from pypdfium2 import raw

from ingestion.parsing.pdf.document import read_string

_PASSWORD = 1 << 13  # the flag of a text field for passwords
_CHOICES = (raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
_BUTTONS = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
_MAX_OPTIONS = 2_000


def field_line(form: Any, annotation: Any) -> str:
    """Return a form field's line, or nothing if it is empty or asks for a password.

    `form` is None if the document does not list its fields.
    """
    if not form:
        return _unlisted_line(annotation)
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _CHOICES:
        value = _chosen(form, annotation)
    elif kind == raw.FPDF_FORMFIELD_TEXTFIELD:
        flags = raw.FPDFAnnot_GetFormFieldFlags(form, annotation)
        value = "" if flags & _PASSWORD else _value(form, annotation)
    elif kind in _BUTTONS and raw.FPDFAnnot_IsChecked(form, annotation):
        value = read_string(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation) or "Yes"
    elif kind < 0:  # the document does not list this field
        return _unlisted_line(annotation)
    else:
        return ""
    if not value:
        return ""
    # The name shown to people, or else the last part of the internal one.
    name = read_string(raw.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
    name = name or read_string(raw.FPDFAnnot_GetFormFieldName, form, annotation).rpartition(".")[2]
    return _line(name, value)


def _value(form: Any, annotation: Any) -> str:
    return read_string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)


def _chosen(form: Any, annotation: Any) -> str:
    """Return what is chosen, as it is shown, or what is typed in place of a choice."""
    count = min(raw.FPDFAnnot_GetOptionCount(form, annotation), _MAX_OPTIONS)
    labels = (
        read_string(raw.FPDFAnnot_GetOptionLabel, form, annotation, place)
        for place in range(count)
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, place)
    )
    return ", ".join(filter(None, labels)) or _value(form, annotation)


def _unlisted_line(annotation: Any) -> str:
    if raw.FPDFAnnot_GetValueType(annotation, b"V") != raw.FPDF_OBJECT_STRING:
        return ""
    if int(_number(annotation, b"Ff")) & _PASSWORD:
        return ""
    value = read_string(raw.FPDFAnnot_GetStringValue, annotation, b"V")
    name = read_string(raw.FPDFAnnot_GetStringValue, annotation, b"TU")
    return _line(name or read_string(raw.FPDFAnnot_GetStringValue, annotation, b"T"), value)


def _number(annotation: Any, key: bytes) -> float:
    found = ctypes.c_float()
    return found.value if raw.FPDFAnnot_GetNumberValue(annotation, key, found) else 0.0


def _line(name: str, value: str) -> str:
    name = " ".join(name.split()).rstrip(": ")
    return f"{name}: {value}" if name and value else value
