import pytest

from tests.ingestion.parsing.conftest import Read
from tests.ingestion.parsing.documents import with_part
from tests.ingestion.parsing.docx.bodies import (
    NAMESPACES,
    TRANSITIONAL,
    p,
    r,
    with_body,
    with_relation,
)

MOVED_TO = (
    '<w:moveToRangeStart w:id="1" w:name="m"/>'
    f"<w:p><w:moveTo w:id='2'>{r('The rent is due.')}</w:moveTo></w:p>"
    '<w:moveToRangeEnd w:id="1"/>'
)
START, END = '<w:moveFromRangeStart w:id="3" w:name="m"/>', '<w:moveFromRangeEnd w:id="3"/>'


def with_comments(content: bytes, comments: str) -> bytes:
    part = f'<w:comments xmlns:w="{TRANSITIONAL}" {NAMESPACES}>{comments}</w:comments>'
    content = with_part(content, "word/comments.xml", lambda _: part.encode())
    return with_relation(content, "rC", "comments", "comments.xml")


def comment(key: int, author: str, *paragraphs: str) -> str:
    texts = "".join(map(p, paragraphs))
    return f'<w:comment w:id="{key}" w:author="{author}">{texts}</w:comment>'


def about(key: int) -> str:
    return f'<w:r><w:commentReference w:id="{key}"/></w:r>'


@pytest.mark.parametrize(
    "moved_from",
    [
        START + p("The rent is due.") + END,
        f"<w:p>{START}{r('The rent is due.')}{END}</w:p>",
        f"{START}<w:p><w:moveFrom w:id='4'>{r('The rent is due.')}</w:moveFrom></w:p>{END}",
    ],
)
def test_moved_text_is_read_where_it_went(text: Read, moved_from: str):
    assert text(with_body(p("First.") + moved_from + MOVED_TO), "a.docx") == (
        "First.\n\nThe rent is due."
    )


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (START + p("The rent is due.") + END, "The rent is due."),
        (START + p("A.") + MOVED_TO, "A.\n\nThe rent is due."),
        (
            f"{START}<w:p><w:moveFrom w:id='4'>{r('The rent is due.')}</w:moveFrom>"
            f"{r('Written later.')}</w:p>{END}{MOVED_TO}",
            "Written later.\n\nThe rent is due.",
        ),
    ],
    ids=["nowhere", "without an end", "written later"],
)
def test_text_in_a_range_that_was_not_moved_is_read(text: Read, body: str, read: str):
    assert text(with_body(body), "a.docx") == read


def test_comments_follow_what_they_are_about_with_their_authors(text: Read):
    body = f"<w:p>{r('The roof leaks.')}{about(1)}{about(2)}</w:p>{p('The end.')}"
    written = comment(1, "Ada", "Since", "when?") + comment(2, "", "May.") + comment(3, "B", "Hm.")

    assert text(with_comments(with_body(body), written), "a.docx") == (
        "The roof leaks.\n\nComment by Ada: Since when?\n\nComment: May.\n\nThe end.\n\n"
        "Comment by B: Hm."
    )


def test_a_comment_in_a_table_follows_its_row(text: Read):
    cells = f"<w:tc><w:p>{r('a')}{about(1)}</w:p></w:tc><w:tc>{p('b')}</w:tc>"
    body = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>{p('After.')}"

    assert text(with_comments(with_body(body), comment(1, "Ada", "Hm.")), "a.docx") == (
        "a | b\n\nComment by Ada: Hm.\n\nAfter."
    )


def test_damaged_comments_cost_themselves(text: Read):
    content = with_comments(with_body(f"<w:p>{r('The roof.')}{about(1)}</w:p>"), "<w:comment>")

    assert text(content, "a.docx").strip() == "The roof."
