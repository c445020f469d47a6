from collections.abc import Callable

import pytest

from ingestion.chunking.document import document_text
from tests.ingestion.parsing.conftest import Read, Sections
from tests.ingestion.parsing.documents import pptx, with_part, without_part
from tests.ingestion.parsing.pptx.slides import KINDS, RELATIONS, related

THREADS = "http://schemas.microsoft.com/office/2018/10/relationships"
COMMENT = "ppt/comments/comment1.xml"

OLD = (
    '<p:cmLst xmlns:p="p"><p:cm authorId="0" idx="1"><p:pos x="1" y="2"/>'
    '<p:text>Check the price</p:text></p:cm><p:cm authorId="7" idx="2"><p:text>Done</p:text>'
    '</p:cm><p:cm authorId="0"><p:text> </p:text></p:cm></p:cmLst>'
)
OLD_AUTHORS = '<p:cmAuthorLst xmlns:p="p"><p:cmAuthor id="0" name="Ada Byron"/></p:cmAuthorLst>'


def thread(text: str) -> str:
    return f"<p188:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p188:txBody>"


NEW = (
    '<p188:cmLst xmlns:p188="p188" xmlns:a="a"><p188:cm id="{1}" authorId="{A}">'
    f'<p188:replyLst><p188:reply id="{{2}}" authorId="{{B}}">{thread("Done")}</p188:reply>'
    f"</p188:replyLst>{thread('Check the price')}</p188:cm></p188:cmLst>"
)
NEW_AUTHORS = (
    '<p188:authorLst xmlns:p188="p188"><p188:author id="{A}" name="Ada Byron"/>'
    '<p188:author id="{B}" name=""/></p188:authorLst>'
)


def commented(comments: str, authors: str, kind: str, kind_of_authors: str) -> bytes:
    content = related(
        pptx(("Prices", "", "Smile.")), RELATIONS, f"{kind}/comments", "../comments/comment1.xml"
    )
    content = related(
        content, "ppt/_rels/presentation.xml.rels", f"{kind}/{kind_of_authors}", "authors.xml"
    )
    content = with_part(content, "ppt/authors.xml", lambda _: authors.encode())
    return with_part(content, COMMENT, lambda _: comments.encode())


@pytest.fixture(params=["until 2021", "threads"])
def deck(request: pytest.FixtureRequest) -> bytes:
    if request.param == "threads":
        return commented(NEW, NEW_AUTHORS, THREADS, "authors")
    return commented(OLD, OLD_AUTHORS, KINDS, "commentAuthors")


def test_comments_follow_the_notes_with_their_authors(text: Read, deck: bytes):
    assert sorted(text(deck, "a.pptx").split("\n\n")) == [
        "Comment by Ada Byron: Check the price",
        "Comment: Done",
        "Prices",
        "Smile.",
    ]


@pytest.mark.parametrize("change", [lambda part: b"<", lambda part: b"<a/>"])
def test_comments_are_read_without_the_list_of_authors(
    text: Read, deck: bytes, change: Callable[[bytes], bytes]
):
    assert "Comment: Check the price" in text(with_part(deck, "ppt/authors.xml", change), "a.pptx")


@pytest.mark.parametrize(
    ("lose", "reason"),
    [
        (without_part, "missing"),
        (lambda content, part: with_part(content, part, lambda _: b"<"), "damaged"),
    ],
)
def test_lost_comments_are_named(
    sections: Sections, deck: bytes, lose: Callable[[bytes, str], bytes], reason: str
):
    found = sections(lose(deck, COMMENT), "a.pptx")

    assert document_text(one for one in found if not one.warning) == "Prices\n\nSmile."
    assert [one.warning.message for one in found if one.warning] == [
        f"The comments on slide 1 could not be read ({reason})"
    ]
