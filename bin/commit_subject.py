"""Check the subject of a commit message: python bin/commit_subject.py FILE.

It has at most 72 characters and no full stop, and begins with a verb in the imperative ("Add", not
"Added", "Adds" or "Adding"). That is judged by the ending, so a rare wrong word gets through.
"""

import re
import sys
from pathlib import Path

LONGEST = 72
INFLECTED = re.compile(r".*(ed|ing|s)")
# Base forms that end like an inflected one.
BASE_FORMS = re.compile(
    "bring|embed|exceed|feed|need|ping|proceed|seed|shed|speed|spring|string|succeed|access|address"
    "|assess|bias|bypass|compress|cross|discuss|dismiss|express|focus|guess|miss|pass|press|process"
    "|suppress"
)
NO_VERBS = re.compile(
    "a|all|an|and|any|as|both|each|every|for|from|how|if|in|it|more|new|no|not|on|our|some|that|the"
    "|there|these|those|to|we|what|when|where|which|who|why|with"
)


def complaint(subject: str) -> str | None:
    """Return what is wrong with a subject, or None."""
    if not subject:
        return "The subject is empty."
    if len(subject) > LONGEST:
        return f"The subject has {len(subject)} characters; at most {LONGEST} are shown everywhere."
    if subject.endswith("."):
        return "The subject ends with a full stop."
    first = subject.split()[0]
    if not re.fullmatch(r"[A-Z][a-z-]+", first):
        return f"The subject begins with {first!r}, not with a capitalised verb."
    verb = first.lower().split("-")[-1]  # "embed" of "Re-embed"
    inflected = INFLECTED.fullmatch(verb) and not BASE_FORMS.fullmatch(verb)
    if inflected or NO_VERBS.fullmatch(verb):
        return f"The subject begins with {first!r}, not with an imperative such as 'Add' or 'Fix'."
    return None


def main(path: Path) -> int:
    """Print what is wrong with the message in a file. Return 0 if nothing is."""
    first_line, *_ = path.read_text(encoding="utf-8").splitlines() or [""]
    # Git removes these prefixes when it squashes.
    wrong = complaint(re.sub(r"^((fixup|squash|amend)! )+", "", first_line))
    if wrong:
        sys.stderr.write(f"{wrong}\n  {first_line}\n")
    return int(wrong is not None)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
