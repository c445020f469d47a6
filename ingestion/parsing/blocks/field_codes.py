"""The instructions of fields, which Word's formats share: `HYPERLINK "address" \\o "a tip"`."""

import re

from ingestion.parsing.blocks.equation_fields import equation_text
from ingestion.parsing.symbol_fonts import from_symbol_font

_TOKEN = re.compile(r'"([^"]*)"?|(\S+)')
_WITH_ARGUMENT = {"HYPERLINK": {"\\l", "\\o", "\\t"}, "SYMBOL": {"\\f", "\\s"}}


def field_address(instruction: str) -> str:
    """Return the address that a HYPERLINK field leads to, or nothing.

    A place within the document is no address.
    """
    words, _ = _parsed(instruction, "HYPERLINK")
    return words[0].replace("\\\\", "\\") if words else ""


def field_display(instruction: str) -> str:
    """Return what a field without a stored result shows: a sign, an equation, or nothing."""
    return _symbol(instruction) or equation_text(instruction)


def _symbol(instruction: str) -> str:
    words, switches = _parsed(instruction, "SYMBOL")
    if not words:
        return ""
    try:
        code = int(words[0], 16 if words[0].lower().startswith("0x") else 10)
        return from_symbol_font(switches.get("\\f", ""), chr(code))
    except (ValueError, OverflowError):
        return words[0][:1]


def _parsed(instruction: str, name: str) -> tuple[list[str], dict[str, str]]:
    """Return the words of a field and the arguments of its switches, if it has this name."""
    tokens = [quoted or bare for quoted, bare in _TOKEN.findall(instruction[:10_000])]
    if not tokens or tokens[0].upper() != name:
        return [], {}
    words: list[str] = []
    switches: dict[str, str] = {}
    switch = ""
    for token in tokens[1:]:
        if switch:
            switches[switch], switch = token, ""
        elif token.lower() in _WITH_ARGUMENT[name]:
            switch = token.lower()
        elif not re.fullmatch(r"\\\w", token) and token:
            words.append(token)
    return words, switches
