"""Read the fonts that show signs under the codes of letters: Symbol, Wingdings and their like.

A document stores the letter "m" and shows a Greek mu, so that 5 micrograms would be read as 5 mg.
The tables give each code the Unicode character of its sign. A sign that no reader of the text would
miss, such as a flower, becomes a small square, since its letter would be false.
"""

# ruff: noqa: RUF001

import re
from functools import lru_cache

_SIGN = "\u25aa"
_PRIVATE = 0xF000  # programs add this to the codes of symbol fonts

_SYMBOL = dict(
    zip(
        [*range(0x20, 0x7F), *range(0xA0, 0xFF)],
        " !∀#∃%&∋()∗+,−./0123456789:;<=>?"
        "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
        "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
        "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
        "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
        "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪▪〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭",
        strict=True,
    )
)
# Each run of signs under its first code.
_WINGDINGS = {
    0x22: "✂", 0x28: "☎✆✉", 0x36: "⌛⌨", 0x3E: "✇✍",
    0x41: "✌👌👍👎☜☞☝☟✋☺😐☹💣☠⚐", 0x51: "✈☼💧❄", 0x56: "✞",
    0x58: "✠✡☪☯ॐ☸♈♉♊♋♌♍♎♏♐♑♒♓&&●❍■☐□❑❒",
    0x73: "⬧⧫◆❖⬥☒", 0x7A: "⌘", 0x7D: "“”", 0x80: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿",
    0x9E: "·•", 0xA1: "○○○◉◎○▪☐", 0xAA: "✦★✶✴✹✵", 0xB5: "✪✰", 0xB7: "🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕛",
    0xD5: "⌫⌦◄➢▲▼◄➤▲▼←→↑↓↖↗↙↘←→↑↓↖↗↙↘⇦⇨⇧⇩⇔⇕⬀⬁⬃⬂▭▫✗✓☒☑",
}  # fmt: skip
_WINGDINGS_2 = {
    0x3C: "👍👎", 0x42: "☜☞", 0x4F: "✗✓☒☑☒☒⊗⊗⊘⊘&&&&‽",
    0x69: "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿", 0x95: "·•••●○○○⊙◉", 0xA1: "◾■☐□□□□▣", 0xAE: "◆◇◇◈",
}  # fmt: skip
_WINGDINGS_3 = {
    0x21: "←→↑↓↖↗↙↘←→↑↓", 0x31: "↔↕", 0x66: "←→↑↓↖↗↙↘↔↕▲▼△▽◀▶◁▷◣◢◤◥◂▸▴",
    0x80: "▾▲▼◀▶◂▸▴▾←→↑↓",
}  # fmt: skip
_WEBDINGS = {
    0x33: "◀▶▲▼⏪⏩⏮⏭⏸⏹⏺", 0x61: "✓🚲□", 0x65: "📦", 0x67: "■🚑ℹ", 0x6E: "●", 0x71: "↻✗❓",
    0x78: "⊘⊖🚭", 0x7C: "|", 0x7E: "⚡",
}  # fmt: skip
_DINGBATS = {
    0x21: "✁✂✃✄☎✆✇✈✉☛☞✌✍✎✏✐✑✒✓✔✕✖✗✘✙✚✛✜✝✞✟✠✡✢✣✤✥✦✧★✩✪✫✬✭✮✯✰✱✲✳✴✵✶✷✸✹✺✻✼✽✾✿❀❁❂❃❄❅❆❇❈❉❊❋"
    "●❍■❏❐❑❒▲▼◆❖◗❘❙❚❛❜❝❞",
    0xAC: "①②③④⑤⑥⑦⑧⑨⑩❶❷❸❹❺❻❼❽❾❿➀➁➂➃➄➅➆➇➈➉➊➋➌➍➎➏➐➑➒➓➔→↔↕",
}  # fmt: skip


def _by_code(runs: dict[int, str]) -> dict[int, str]:
    """Return the sign of every code that a font of pictures has."""
    signs = dict.fromkeys([*range(0x21, 0x7F), *range(0x80, 0x100)], _SIGN)
    for first, run in runs.items():
        signs |= dict(enumerate(run, first))
    return {**signs, 0x20: " ", 0xA0: " "}


_FONTS = {
    **dict.fromkeys(("symbol", "symbolmt", "symbolps", "symbolset", "standardsymbolsps"), _SYMBOL),
    "wingdings": _by_code(_WINGDINGS),
    "wingdings2": _by_code(_WINGDINGS_2),
    "wingdings3": _by_code(_WINGDINGS_3),
    "webdings": _by_code(_WEBDINGS),
    **dict.fromkeys(("zapfdingbats", "itczapfdingbats", "monotypesorts"), _by_code(_DINGBATS)),
}
# Signs whose font is lost on the way, which in practice come from Symbol and Wingdings.
_OF_ANY_FONT = {0xB7: "•", 0xA7: "▪", 0xD8: "➢", 0xFC: "✓", 0xFB: "✗", 0xFD: "☒", 0xFE: "☑"}
_SUBSET = re.compile(r"[A-Z]{6}\+")
_STYLE = re.compile(r"(?:regular|normal|bold|italic|oblique)+$")


def from_symbol_font(font: str, text: str) -> str:
    """Return the text that a font shows, given the characters that are stored for it.

    The text of other fonts is returned unchanged, except for bullets and ticks at the private codes
    of symbol fonts. Unicode characters that no such font has are kept, because programs show them
    in another font.
    """
    signs = _signs(font)
    if signs is None:
        return "".join(_OF_ANY_FONT.get(ord(one) - _PRIVATE, one) for one in text)
    return "".join(signs.get(_code(one), one) for one in text)


def is_symbol_font(font: str) -> bool:
    return _signs(font) is not None


@lru_cache(maxsize=1_000)
def _signs(font: str) -> dict[int, str] | None:
    name = re.sub(r"[\W_]", "", _SUBSET.sub("", font)).lower()
    return _FONTS.get(_STYLE.sub("", name))


def _code(character: str) -> int:
    """Return a character's code in a symbol font."""
    code = ord(character)
    if _PRIVATE < code <= _PRIVATE + 0xFF:
        return code - _PRIVATE
    if code > 0xFF:
        # The codes from 0x80 to 0x9F come as the characters that Windows has there.
        return next(iter(character.encode("cp1252", "ignore")), code)
    return code
