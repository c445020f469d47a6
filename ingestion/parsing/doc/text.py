"""The text of a paragraph, in which marks separate the instructions of fields from results."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ingestion.parsing.blocks.field_codes import field_address, field_display
from ingestion.parsing.blocks.running_text import RunningText
from ingestion.parsing.doc.runs import Run
from ingestion.parsing.inline import link

# The marks before a field's instruction, before its result, and at its end.
_FIELD_MARKS = re.compile("([\x13\x14\x15])")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1d\x1f]")  # pictures, note references, soft hyphens
_CHARACTERS = str.maketrans({"\x0b": "\n", "\x1e": "-"})

FormValue = Callable[[int], str | None]


@dataclass
class _Field:
    text: RunningText = field(default_factory=RunningText)
    in_result: bool = False
    address: str = ""
    value: str | None = None  # of a form field


def shown_text(pieces: Iterable[tuple[str, Run]], form_value: FormValue) -> str:
    """Return the results of fields, which may nest, without their instructions.

    `form_value` returns the value of a form field whose data begin at an offset. The text of an
    incomplete field is kept.
    """
    base = RunningText()
    fields: list[_Field] = []
    for text, run in pieces:
        if run.is_deleted:
            continue
        if run.data is not None and fields and fields[-1].value is None:
            fields[-1].value = form_value(run.data)
        for part in _FIELD_MARKS.split(text):
            if part == "\x13":
                fields.append(_Field())
            elif part == "\x14":
                if fields:
                    instruction = _visible(fields[-1].text.take())
                    fields[-1].address = field_address(instruction)
                    if display := field_display(instruction):
                        fields[-1].value = display
                    fields[-1].in_result = True
            elif part == "\x15":
                if fields:
                    ended = fields.pop()
                    (fields[-1].text if fields else base).write(_result(ended))
            elif part:
                words = run.shown(_visible(part) if not run.sign else part)
                (fields[-1].text if fields else base).write(words, is_raised=run.is_raised)
    for open_field in fields:
        base.write(open_field.text.take())
    return base.take()


def _result(ended: _Field) -> str:
    text = ended.text.take()
    if ended.value is not None:
        return ended.value
    if ended.in_result:
        return link(text, ended.address) if ended.address else text
    return field_display(_visible(text))


def _visible(text: str) -> str:
    words = _INVISIBLE.sub("", text.translate(_CHARACTERS))
    return words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
