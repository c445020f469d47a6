"""PDF whose objects are missing, damaged, encrypted or circular."""

import random
from io import BytesIO
from pathlib import Path

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingestion.last_errors import CorruptFile, EmptyFile, EncryptedFile
from tests.ingestion.hostile.corpus import hostile, text
from tests.ingestion.hostile.endings import ONLY_CERTAIN_PROGRAMS
from tests.ingestion.hostile.pdf_objects import (
    FONT,
    SHOWN,
    WORDS,
    one_page,
    packed,
    pdf,
    stream,
)


def written(pages: int, encryption: StandardEncryption | None = None) -> bytes:
    file = BytesIO()
    canvas = Canvas(file, encrypt=encryption, invariant=True)
    for page in range(pages):
        canvas.drawString(72, 720, f"{WORDS} of page {page}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@hostile("first-half.pdf", CorruptFile)
def the_first_half_of_a_pdf(path: Path) -> None:
    content = written(40)
    path.write_bytes(content[: len(content) // 2])


@hostile("noise.pdf", CorruptFile)
def noise_after_the_first_line(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + random.Random(1).randbytes(100_000))


@hostile("flipped-bits.pdf", CorruptFile)
def one_bit_in_five_hundred_flipped(path: Path) -> None:
    content = bytearray(written(40))
    chance = random.Random(2)
    for _ in range(len(content) * 8 // 500):
        content[chance.randrange(20, len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


@hostile("password.pdf", EncryptedFile)
def a_pdf_with_a_password(path: Path) -> None:
    path.write_bytes(written(1, StandardEncryption("open sesame", "owner")))


@hostile("owner-password.pdf", text(WORDS))
def a_pdf_that_only_forbids_printing(path: Path) -> None:
    path.write_bytes(written(1, StandardEncryption("", "owner", canPrint=0)))


@hostile("encrypted-by-nobody.pdf", ONLY_CERTAIN_PROGRAMS)
def a_pdf_encrypted_by_an_unknown_filter(path: Path) -> None:
    unknown = b"/Encrypt<</Filter/Nobody/V 9/R 9/O()/U()/P -1>>/ID[(a)(b)]"
    path.write_bytes(one_page(trailer=unknown))


@hostile("junk-in-front.pdf", text(WORDS))
def a_mail_header_in_front_of_a_pdf(path: Path) -> None:
    path.write_bytes(b"Content-Type: application/pdf\r\n\r\n" + one_page())


@hostile("wrong-table.pdf", text(WORDS))
def a_pdf_whose_cross_references_miss_the_objects(path: Path) -> None:
    path.write_bytes(one_page().replace(b"00000 n", b"00007 n").replace(b"00000000", b"00000009"))


@hostile("no-table.pdf", text(WORDS))
def a_pdf_without_its_cross_reference_table(path: Path) -> None:
    objects, _, rest = one_page().partition(b"xref\n")
    path.write_bytes(objects + rest[rest.index(b"trailer") :])


@hostile("table-before-itself.pdf", text(WORDS))
def a_cross_reference_table_that_precedes_itself(path: Path) -> None:
    content = one_page()
    at = content.index(b"xref\n")
    path.write_bytes(one_page(trailer=b"/Prev %d" % at))


@hostile("page-tree-cycle.pdf", CorruptFile)
def a_page_tree_that_is_its_own_branch(path: Path) -> None:
    path.write_bytes(
        pdf(
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[2 0 R 2 0 R]/Parent 2 0 R/Count 50>>",
        )
    )


@hostile("deep-page-tree.pdf", CorruptFile)
def a_page_below_a_hundred_thousand_branches(path: Path) -> None:
    depth = 100_000
    branches = [
        b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 1) for number in range(2, depth)
    ]
    page = b"<</Type/Page/MediaBox[0 0 612 792]/Contents %d 0 R/Resources<</Font<</F %d 0 R>>>>>>"
    page %= (depth + 1, depth + 2)
    path.write_bytes(pdf(b"<</Type/Catalog/Pages 2 0 R>>", *branches, page, stream(SHOWN), FONT))


@hostile("a-million-pages-declared.pdf", CorruptFile)
def a_million_pages_of_which_there_is_one(path: Path) -> None:
    path.write_bytes(one_page().replace(b"/Count 1>>", b"/Count 1000000>>"))


@hostile("pages-without-number.pdf", text(WORDS))
def more_pages_than_an_integer_can_count(path: Path) -> None:
    path.write_bytes(one_page().replace(b"/Count 1>>", b"/Count 99999999999999999999>>"))


@hostile("outline-cycle.pdf", text(WORDS))
def bookmarks_that_follow_themselves(path: Path) -> None:
    bookmark = b"<</Title(round)/Parent 6 0 R/Next %d 0 R/First %d 0 R/Dest[3 0 R/Fit]>>"
    path.write_bytes(
        one_page(
            b"",
            b"<</Type/Outlines/First 7 0 R/Last 7 0 R>>",
            bookmark % (8, 8),
            bookmark % (7, 7),
            catalog=b"/Outlines 6 0 R",
        )
    )


@hostile("half-letters-in-titles.pdf", text(WORDS))
def a_bookmark_named_with_lone_surrogates(path: Path) -> None:
    path.write_bytes(
        one_page(
            b"",
            b"<</First 7 0 R/Last 7 0 R>>",
            b"<</Title<FEFFD83D0000D83DD83D0041>/Parent 6 0 R/Dest[3 0 R/Fit]>>",
            catalog=b"/Outlines 6 0 R",
        )
    )


@hostile("destinations-cycle.pdf", text(WORDS))
def a_tree_of_names_that_is_its_own_branch(path: Path) -> None:
    path.write_bytes(
        one_page(
            b"",
            b"<</First 7 0 R/Last 7 0 R>>",
            b"<</Title(nowhere)/Parent 6 0 R/Dest(nowhere)>>",
            b"<</Kids[8 0 R 8 0 R]/Limits[(a)(z)]>>",
            catalog=b"/Outlines 6 0 R/Names<</Dests 8 0 R>>",
        )
    )


@hostile("length-in-itself.pdf", text(WORDS))
def a_stream_that_is_its_own_length(path: Path) -> None:
    path.write_bytes(one_page(b"<</Length 4 0 R>>stream\n" + SHOWN + b"\nendstream"))


@hostile("objects-in-themselves.pdf", CorruptFile)
def a_stream_of_objects_that_is_stored_in_itself(path: Path) -> None:
    holder = packed(b"1 0 3 30 <</Type/Catalog/Pages 3 0 R>> ", b"/Type/ObjStm/N 2/First 8")
    rows = b"".join(bytes([2, 0, number, 0]) for number in (4, 4, 4, 4, 4))
    table = packed(rows, b"/Type/XRef/Size 5/W[1 2 1]/Root 1 0 R")
    content = b"%PDF-1.7\n4 0 obj\n" + holder + b"\nendobj\n"
    at = len(content)
    path.write_bytes(content + b"5 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF" % at)


@hostile("brackets.pdf", text(WORDS))
def a_million_brackets_in_a_page(path: Path) -> None:
    deep = b"[" * 1_000_000 + b"]" * 1_000_000
    path.write_bytes(one_page(page=b"/Deep " + deep))


@hostile("blank-pages.pdf", EmptyFile)
def blank_pages(path: Path) -> None:
    path.write_bytes(one_page(stream(b" ")))


@hostile("bookmarks-on-one-page.pdf", text("line 3999"))
def twenty_thousand_bookmarks_of_one_long_page(path: Path) -> None:
    shown = b"".join(
        b"1 0 0 1 9 %d Tm (%b line %d) Tj " % (9 * n, b"word " * 15, n) for n in range(4_000)
    )
    bookmarks = [
        b"<</Title(needle %d)/Parent 6 0 R/Next %d 0 R/Dest[3 0 R/Fit]>>" % (n, n + 8)
        for n in range(20_000)
    ]
    outline = b"<</Type/Outlines/First 7 0 R/Last 20006 0 R>>"
    page = packed(b"BT /F 9 Tf " + shown + b"ET")
    path.write_bytes(one_page(page, outline, *bookmarks, catalog=b"/Outlines 6 0 R"))
