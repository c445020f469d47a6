"""Outlook's messages, with messages in messages and wrong properties."""

from pathlib import Path

from ingestion.last_errors import CorruptFile
from tests.ingestion.hostile.compound import compound, looped
from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.legacy_streams import msg

WORDS = "The needle is in this haystack. " * 200


@hostile("looped.msg", text("needle"))
def a_letter_whose_chains_of_sectors_are_circles(path: Path) -> None:
    path.write_bytes(looped(compound(msg("needle"))))


@hostile("plain.msg", text("needle"))
def an_honest_message_to_compare_the_others_with(path: Path) -> None:
    path.write_bytes(compound(msg("A needle in a letter.")))


@hostile("50-letters.msg", text("needle"))
def letters_attached_to_each_other_50_deep(path: Path) -> None:
    letter = msg("the innermost", inner=True)
    for n in range(49):
        letter = msg(f"letter {n}", letter, inner=True)
    path.write_bytes(compound(msg("the outermost needle", letter)))


@hostile("half.msg", CorruptFile)
def the_first_half_of_a_letter(path: Path) -> None:
    content = compound(msg(WORDS))
    path.write_bytes(content[: len(content) // 2])


@hostile("almost-a-letter.msg", CorruptFile)
def an_attachment_named_almost_like_a_message(path: Path) -> None:
    letter = msg("needle", msg("inner", inner=True))
    attached = letter["__attach_version1.0_#00000000"]
    assert isinstance(attached, dict)
    attached["__substg1.0_3701000D0"] = attached.pop("__substg1.0_3701000D")
    path.write_bytes(compound(letter))


@hostile("2-000-attachments.msg", text("needle", "attached"))
def a_letter_with_2_000_attachments(path: Path) -> None:
    path.write_bytes(compound(msg("needle", files=2_000)))
