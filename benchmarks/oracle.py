"""Compare the words of our readers with those of LibreOffice, file by file.

    python -m benchmarks.oracle DIR [--kinds docx,doc,odt,rtf,xlsx,xls,ods,pptx,ppt,odp]

Needs `soffice` on the PATH. It converts every file below DIR to text (documents), CSV (sheets) or
PDF (slides), and takes that for what a person sees. Prints for each kind the mean share of its
words that ours have (recall) and of our words that it has (precision), then the files with the
lowest recall. Headers, numbers of lists and charts are ours alone, since its exports leave them
out.
"""

import argparse
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from shutil import which

from ingestion.last_errors import IngestionError
from ingestion.parsing import parse

# Comma, quotes, UTF-8, from the first line, and as displayed; -1: every sheet.
_EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
TARGETS = {
    **dict.fromkeys(("docx", "doc", "odt", "rtf"), "txt:Text (encoded):UTF8"),
    **dict.fromkeys(("xlsx", "xls", "ods"), _EVERY_SHEET),
    **dict.fromkeys(("pptx", "ppt", "odp"), "pdf"),
}
WORST = 20
SECONDS = 120  # for one conversion


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path)
    parser.add_argument("--kinds", default=",".join(TARGETS))
    options = parser.parse_args()
    if not which("soffice"):
        raise SystemExit("soffice is not on the PATH. On Debian: apt-get install libreoffice")
    shares: dict[str, list[tuple[float, float, Path]]] = defaultdict(list)
    for kind in options.kinds.split(","):
        for path in sorted(options.directory.rglob(f"*.{kind}")):
            theirs, ours = their_words(path, TARGETS[kind]), our_words(path)
            if theirs and ours:
                shares[kind].append((share(theirs, ours), share(ours, theirs), path))
    print("| kind | files | recall | precision |\n|---|---|---|---|")
    for kind, found in shares.items():
        recall, precision = (sum(one[n] for one in found) / len(found) for n in (0, 1))
        print(f"| {kind} | {len(found)} | {recall:.3f} | {precision:.3f} |")
    print("\n| recall | file |\n|---|---|")
    everything = sorted(one for found in shares.values() for one in found)
    for recall, _, path in everything[:WORST]:
        print(f"| {recall:.3f} | {path.relative_to(options.directory)} |")


def our_words(path: Path) -> Counter[str]:
    try:
        return words(section.text for section in parse(path, path.name))
    except IngestionError:
        return Counter()


def their_words(path: Path, target: str) -> Counter[str]:
    with tempfile.TemporaryDirectory() as folder:
        convert = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
        try:
            subprocess.run(
                [*convert, "--convert-to", target, "--outdir", folder, path],
                check=True,
                capture_output=True,
                timeout=SECONDS,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return Counter()
        made = [each for each in Path(folder).iterdir() if each.is_file()]
        if target == "pdf":
            return words(section.text for each in made for section in parse(each, each.name))
        return words(each.read_text(errors="replace") for each in made)


def words(texts: Iterable[str]) -> Counter[str]:
    return Counter(word for text in texts for word in re.findall(r"\w+", text.lower()))


def share(wanted: Counter[str], found: Counter[str]) -> float:
    return (wanted & found).total() / wanted.total()


if __name__ == "__main__":
    main()
