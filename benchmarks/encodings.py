"""Count how often a text in an encoding from before Unicode is read as it was written.

    python -m benchmarks.encodings                  with Django's translations, which come with it
    python -m benchmarks.encodings --texts DIR      with your own: DIR/<language>.txt in UTF-8
    python -m benchmarks.encodings --write --texts DIR
                                                    makes the table of pairs anew, from both

A text is right if every character is; refused if the answer is that its set cannot be told, or if
its few letters beyond ASCII become U+FFFD; wrong if it is anything else. The shipped table was
made from half of Django's translations and from Debian's installation guide and manual pages.
"""

import argparse
import ast
import json
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django

from ingestion.last_errors import UnknownEncoding, UnsupportedFile
from ingestion.parsing.decoding import alphabets
from ingestion.parsing.decoding.encodings import encoding_of

SIZES = (100, 1_000, 20_000)  # bytes
EAST_ASIAN = {
    "zh_Hans": ("gb18030",),
    "zh_Hant": ("cp950",),
    "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "ko": ("cp949",),
}
CASES = [
    (language, charset)
    for language, charsets in (EAST_ASIAN | alphabets.CHARSETS).items()
    for charset in charsets
    if not charset.startswith("mac")
]
PAIRS = Path(alphabets.__file__).with_name("pairs.json")

_MESSAGE = re.compile(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', re.MULTILINE)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def translations(language: str, *, half: int) -> list[str]:
    """Return Django's sentences in this language, one half or the other."""
    folder = Path(django.__file__).parent
    said: dict[str, None] = {}
    for catalogue in sorted(folder.rglob(f"locale/{language}/LC_MESSAGES/django.po")):
        for message in _MESSAGE.finditer(catalogue.read_text(encoding="utf-8")):
            lines = [ast.literal_eval(line) for line in message[1].splitlines()]
            text = _PLACEHOLDER.sub("", "".join(lines))
            if len(text) > 8 and "Project-Id" not in text:
                said[text] = None
    return [text for text in said if zlib.crc32(text.encode()) % 2 == half]


def samples(lines: list[str], charset: str, size: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield texts of about that many bytes, each with at least one character beyond ASCII."""
    choose = random.Random(size)
    for _ in range(count):
        start, text = choose.randrange(len(lines)), ""
        while len(text) < size:
            text += lines[start % len(lines)] + "\n"
            start += 1
        data = text[:size].encode(charset, errors="ignore")
        if not text[:size].isascii():
            yield data.decode(charset), data


def outcome(text: str, data: bytes) -> str:
    try:
        charset = encoding_of(lambda: [data])
    except (UnknownEncoding, UnsupportedFile):
        return "refused"
    if data.decode(charset, errors="replace") == text:
        return "right"
    return "refused" if charset == "ascii" else "wrong"


def outcomes(lines: list[str], charset: str, size: int, count: int) -> Counter[str]:
    return Counter(outcome(text, data) for text, data in samples(lines, charset, size, count))


def own_texts(folder: Path | None, language: str) -> list[str]:
    path = folder / f"{language}.txt" if folder else None
    return path.read_text(encoding="utf-8").splitlines() if path and path.exists() else []


def measure(folder: Path | None, count: int) -> None:
    total: dict[int, Counter[str]] = {size: Counter() for size in SIZES}
    print("| language | set | " + " | ".join(f"{size:,} B" for size in SIZES) + " |")
    print("|---|---|" + "---|" * len(SIZES))
    for language, charset in CASES:
        lines = own_texts(folder, language) or translations(language, half=0)
        cells = []
        for size in SIZES:
            found = outcomes(lines, charset, size, count if size < 5_000 else count // 4)
            total[size] += found
            cells.append(_cell(found))
        print(f"| {language} | {charset} | " + " | ".join(cells) + " |", flush=True)
    print("| all | | " + " | ".join(_cell(total[size]) for size in SIZES) + " |")


def _cell(found: Counter[str]) -> str:
    count = max(1, found.total())
    others = [f"{found[name]} {name}" for name in ("refused", "wrong") if found[name]]
    return ", ".join([f"{found['right'] / count:.1%}", *others])


def write(folder: Path | None) -> None:
    table = {}
    for language in alphabets.CHARSETS:
        lines = translations(language, half=1) * 4 + own_texts(folder, language)
        pairs = alphabets.pairs_of("\n".join(lines))
        likely = alphabets.conditional(pairs)
        levels: dict[str, list[str]] = {}
        for pair, count in pairs.most_common(450):
            if count >= max(2, pairs.total() / 20_000):
                levels.setdefault(str(min(6, round(-likely[pair]))), []).append(pair)
        table[language] = {level: "".join(sorted(levels[level])) for level in sorted(levels)}
    PAIRS.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=Path, metavar="DIR")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--count", type=int, default=60, help="texts of each kind")
    options = parser.parse_args()
    if options.write:
        write(options.texts)
    else:
        measure(options.texts, options.count)


if __name__ == "__main__":
    main()
