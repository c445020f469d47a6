"""The fields of a part: their results are text, their instructions are not.

    begin ─▶ instruction ─▶ separate ─▶ result ─▶ end

Fields nest, and may begin in one paragraph and end in another. Those of old forms store their value
beside the instruction.
"""

from dataclasses import dataclass, field

from lxml.etree import _Element

from ingestion.parsing.blocks.field_codes import field_address, field_display
from ingestion.parsing.containers.xml_parts import as_int, attribute
from ingestion.parsing.inline import check_box

_MAX_INSTRUCTION = 10_000  # characters
_MAX_OPEN = 100  # since a damaged document ends no field
_OFF = ("0", "false", "off")


@dataclass
class _Field:
    is_form: bool  # its result is not shown
    instruction: list[str] = field(default_factory=list)
    length: int = 0
    hidden: list[str] = field(default_factory=list)
    in_result: bool = False
    address: str = ""
    display: str = ""  # in place of the result


class Fields:
    def __init__(self) -> None:
        self._open: list[_Field] = []
        self._ignored = 0  # open ones beyond the limit

    @property
    def are_open(self) -> bool:
        return bool(self._open)

    def begin(self, mark: _Element) -> str:
        """Open a field and return the value that it stores, if it is one of a form."""
        if len(self._open) == _MAX_OPEN:
            self._ignored += 1
            return ""
        value = _form_value(mark.find("{*}ffData"))
        self._open.append(_Field(is_form=value is not None))
        return value or ""

    def instruct(self, text: str) -> None:
        if self._open and not (self._ignored or self._open[-1].in_result):
            innermost = self._open[-1]
            innermost.length += len(text)
            if innermost.length <= _MAX_INSTRUCTION:
                innermost.instruction.append(text)

    def separate(self) -> str:
        """Begin the result of the innermost field. Return its address if it is a link."""
        if self._ignored or not self._open:
            return ""
        innermost = self._open[-1]
        innermost.in_result = True
        instruction = "".join(innermost.instruction)
        innermost.address = field_address(instruction)
        innermost.display = field_display(instruction)
        innermost.is_form = innermost.is_form or bool(innermost.display)
        return innermost.address

    def end(self) -> tuple[str, str]:
        """Close the innermost field. Return the text that it shows without a stored result, and its
        address if it is a link."""
        if self._ignored:
            self._ignored -= 1
            return "", ""
        if not self._open:
            return "", ""
        innermost = self._open.pop()
        if innermost.in_result:
            return innermost.display, innermost.address
        return field_display("".join(innermost.instruction)), ""

    def hides(self, text: str) -> bool:
        """Return whether text here is not shown, because it belongs to an instruction."""
        hiding = next((one for one in self._open if one.is_form or not one.in_result), None)
        if hiding is not None and not hiding.is_form:
            hiding.hidden.append(text)
        return hiding is not None

    def end_paragraph(self) -> str:
        """Return the text that an instruction hid, if it goes on after its paragraph.

        Such a field is incomplete, as a rule, and would hide the rest of the document.
        """
        hidden: list[str] = []
        for one in self._open:
            hidden += one.hidden
            one.hidden = []
            one.is_form, one.in_result = False, True
        return "".join(hidden)


def _form_value(data: _Element | None) -> str | None:
    """Return the chosen entry of a drop-down list, or a check box. None for other fields."""
    if data is None:
        return None
    box, chosen = data.find("{*}checkBox"), data.find("{*}ddList")
    if box is not None:
        state = box.find("{*}checked")
        state = box.find("{*}default") if state is None else state
        return check_box(is_on(state))
    if chosen is None:
        return None
    result = attribute(chosen.find("{*}result"), "val")
    result = attribute(chosen.find("{*}default"), "val") if result is None else result
    entries = [attribute(entry, "val") or "" for entry in chosen.iterchildren("{*}listEntry")]
    number = as_int(result, 0)
    return entries[number] if 0 <= number < len(entries) else ""


def is_on(setting: _Element | None) -> bool:
    """Return the value of a setting that may be left out, and is on if it has no value."""
    if setting is None:
        return False
    return (attribute(setting, "val") or "1").lower() not in _OFF
