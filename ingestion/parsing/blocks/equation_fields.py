r"""Equations in EQ fields, which Word had before its formulas: `EQ \f(3,4)` shows three quarters.

They are written as formulas are, in linear form.
"""

import re

_MAX = 10_000  # characters of an instruction
_MAX_DEPTH = 50
# A switch with its options, an escaped character, or any other character.
_TOKEN = re.compile(r"\\(?:([a-z]+)|(.))|(.)", re.IGNORECASE | re.DOTALL)
_SIMPLE = re.compile(r"\w+|")
_OPTIONS = re.compile(r"\s*(?:\\(?:[a-z]{2}\s*-?\d+|[blr]c\\.|[a-z]{2})\s*)*", re.IGNORECASE)
_RAISED, _LOWERED = re.compile(r"\\up\s*\d*", re.IGNORECASE), re.compile(r"\\do\s*\d*", re.I)


def equation_text(instruction: str) -> str:
    """Return what an EQ field shows, or nothing for another field."""
    name, _, rest = instruction[:_MAX].strip().partition(" ")
    if name.upper() != "EQ":
        return ""
    text, _ = _sequence(rest.strip(), 0, 0)
    return " ".join(text.split())


def _sequence(text: str, at: int, depth: int) -> tuple[str, int]:
    """Return the text up to a separator or parenthesis that ends an argument, and its place."""
    shown = ""
    nested = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            break
        switch, escaped, plain = token.groups()
        if plain in (",", ";", ")") and depth and not nested:
            break
        at = token.end()
        if switch and depth < _MAX_DEPTH:
            part, at = _switch(switch[:1].lower(), text, token.start() + 2, depth)
            shown += f" {part}" if shown[-1:].isalnum() and part[:1].isalnum() else part
        elif plain:
            nested += (plain == "(") - (plain == ")")
            shown += plain
        else:
            shown += escaped or ""
    return shown, at


def _switch(name: str, text: str, at: int, depth: int) -> tuple[str, int]:
    options = _OPTIONS.match(text, at)
    written = options.group() if options else ""
    at += len(written)
    if text[at : at + 1] != "(":
        return "", at
    arguments: list[str] = []
    while at < len(text) and text[at] != ")":
        part, at = _sequence(text, at + 1, depth + 1)
        arguments.append(part.strip())
    return _shown(name, written, arguments), at + 1


def _shown(name: str, options: str, arguments: list[str]) -> str:
    first, last = (arguments or [""])[0], (arguments or [""])[-1]
    if name == "f" and len(arguments) > 1:
        return f"{_grouped(first)}/{_grouped(last)}"
    if name == "r":
        degree = first if len(arguments) > 1 else ""
        return f"{'root_' + degree + ' ' if degree not in ('', '2') else '√'}{_grouped(last)}"
    if name == "s" and _LOWERED.search(options):
        return f"_{_grouped(last)}"
    if name == "s" and (_RAISED.search(options) or len(arguments) == 1):
        return f"^{_grouped(first)}"
    if name == "i" and len(arguments) == 3:
        return f"∫_{_grouped(first)}^{_grouped(arguments[1])} {last}"
    if name == "b":
        return f"({', '.join(arguments)})"
    return ", ".join(filter(None, arguments))


def _grouped(text: str) -> str:
    return text if _SIMPLE.fullmatch(text) else f"({text})"
