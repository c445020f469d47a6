from collections.abc import Callable

import pytest

from ingestion.last_errors import DynamicForm
from tests.ingestion.hostile.pdf_objects import one_page, stream

Read = Callable[[bytes], str]

ENGLISH = [
    "Please wait...",
    "If this message is not eventually replaced by the proper contents of the document, your",
    "viewer may not be able to show it. Get help at http://www.adobe.example/go/reader.",
]
GERMAN = ["Bitte warten...", "Installieren Sie die neueste Version von Adobe Reader."]
FORM = b"/AcroForm<</Fields[%b]/XFA[(template) 6 0 R]>>"
TEMPLATE = stream(b"<template/>")


def shown(*texts: str) -> bytes:
    lines = b"".join(b"(%b) Tj T* " % text.encode() for text in texts)
    return stream(b"BT /F 12 Tf 14 TL 72 700 Td %bET" % lines)


def dynamic(*texts: str, catalog: bytes = b"/NeedsRendering true") -> bytes:
    return one_page(shown(*texts), TEMPLATE, catalog=FORM % b"" + catalog)


@pytest.mark.parametrize(
    "content",
    [
        dynamic(*ENGLISH),
        dynamic(*GERMAN),
        dynamic("S\\347il b\\345d", "Un momento"),
        dynamic(*ENGLISH, catalog=b""),
        dynamic(*GERMAN, catalog=b""),
        one_page(shown(*ENGLISH)),
    ],
    ids=["English", "German", "other", "English, static", "German, static", "without its form"],
)
def test_a_page_that_stands_in_for_a_form_is_refused(text: Read, content: bytes):
    with pytest.raises(DynamicForm) as refused:
        text(content)

    assert str(refused.value) == (
        "The file could not be parsed. It is a dynamic form (XFA), of which other programs show"
        " only a page that says “Please wait…”: open it in Adobe Acrobat or Reader, print it to a"
        " PDF and upload that."
    )


def test_a_form_that_is_drawn_is_read_although_it_is_xfa_too(text: Read):
    field = b"<</Type/Annot/Subtype/Widget/Rect[0 0 9 9]/FT/Tx/T(hive)/V(seven)>>"
    content = one_page(
        shown("Made with Adobe products."),
        TEMPLATE,
        field,
        page=b"/Annots[7 0 R]",
        catalog=FORM % b"7 0 R",
    )

    assert text(content) == "Made with Adobe products.\n\nhive: seven"


def test_a_long_page_of_a_dynamic_form_is_read(text: Read):
    content = dynamic(*["The form is drawn on its page, too."] * 40)

    assert text(content).count("drawn") == 40


@pytest.mark.parametrize("line", ["Please wait for the bees.", "Get Adobe Reader."])
def test_words_of_the_page_alone_do_not_make_a_form(text: Read, line: str):
    assert text(one_page(shown(line))) == line
