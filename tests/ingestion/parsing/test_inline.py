"""Links, pictures, superscripts and check boxes as every format writes them."""

import pytest

from ingestion.parsing.inline import MAX_ADDRESS, check_box, link, picture, superscript


@pytest.mark.parametrize(
    ("text", "address", "written"),
    [
        ("this form", "https://intra.example/tc-1", "this form (https://intra.example/tc-1)"),
        ("this form ", "https://intra.example/tc-1", "this form (https://intra.example/tc-1) "),
        ("the desk", "mailto:costs@intra.example?subject=Costs", "the desk (costs@intra.example)"),
        ("call us", "tel:+49-30-5551234", "call us (+49-30-5551234)"),
        ("the plan", "plans/hall.pdf", "the plan (plans/hall.pdf)"),
        ("the plan", "../plans/hall.pdf#page=2", "the plan (../plans/hall.pdf#page=2)"),
        ("", "https://intra.example", "https://intra.example"),
        ("https://intra.example/", "https://intra.example", "https://intra.example/"),
        ("www.intra.example", "https://intra.example/", "www.intra.example"),
        ("costs@intra.example", "mailto:costs@intra.example", "costs@intra.example"),
        ("top", "#top", "top"),
        ("run", "javascript:void(0)", "run"),
        ("dot", "data:image/png;base64,AAAA", "dot"),
        ("long", "https://intra.example/" + "x" * MAX_ADDRESS, "long"),
        ("nothing", " ", "nothing"),
    ],
)
def test_a_link_shows_an_address_that_helps_once(text: str, address: str, written: str):
    assert link(text, address) == written


@pytest.mark.parametrize(
    ("description", "written"),
    [
        *[("Take \n exit 33", "[Take exit 33]"), ("", ""), (" ", ""), ("scan_0012.JPG", "")],
        *[("Our logo (1).jpg", ""), ("C:\\Users\\Dr. Ito\\plan.png", ""), ("cow.pict", "")],
        *[("https://cdn.example/a?b=c", ""), ("See: plan.png. Turn left.", None)],
    ],
)
def test_a_picture_shows_its_description_but_no_file_name(description: str, written: str | None):
    assert picture(description) == (f"[{description}]" if written is None else written)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("6", "^6"),
        ("-4", "^-4"),
        ("\u22124", "^\u22124"),
        ("2+", "^2+"),
        ("0.5", "^0.5"),
        ("n", "^n"),
        (" 2 ", " ^2 "),
        ("st", "st"),
        ("[citation needed]", "[citation needed]"),
        ("", ""),
    ],
)
def test_a_power_has_a_caret_and_a_word_has_none(text: str, written: str):
    assert superscript(text) == written


def test_a_check_box_shows_whether_it_is_ticked():
    assert (check_box(checked=True), check_box(checked=False)) == ("☒", "☐")
