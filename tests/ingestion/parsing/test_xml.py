from pathlib import Path

import pytest

from ingestion.last_errors import CorruptFile
from ingestion.parsing import decoding
from tests.ingestion.parsing.conftest import Read

DATA = """<?xml version="1.0" encoding="UTF-8"?>
<!-- nobody reads this -->
<shop xmlns="urn:shop" xmlns:x="urn:x" town="Zürich">
  <item id="7" x:stock="yes"><name>Bell</name><price currency="EUR">12</price></item>
  <item id="8"/>
  <remark><![CDATA[brass & <steel>]]></remark>
</shop>"""
BOMB = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))


def test_each_value_is_a_line_with_its_name_and_attributes(text: Read):
    assert text(DATA.encode(), "a.xml") == (
        "shop: town=Zürich\nitem: id=7 stock=yes\nname: Bell\nprice: currency=EUR 12\n"
        "item: id=8\nremark: brass & <steel>\n"
    )


def test_running_text_is_one_line(text: Read):
    xml = b"""<doc><p>Run <b>this <i>now</i></b>
    and wait.</p><p><b>Then</b> stop.</p></doc>"""

    assert text(xml, "a.xml") == "p: Run this now and wait.\np: Then stop.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "koi8-r", "gb18030", "shift_jis"])
def test_the_declared_encoding_is_used(text: Read, encoding: str):
    xml = f'<?xml version="1.0" encoding="{encoding}"?><a>мир и сосед</a>'

    assert text(xml.encode(encoding), "a.xml") == "a: мир и сосед\n"


def test_malformed_xml_is_left_as_it_is(text: Read):
    assert text(b"<a>one<b>two</a>", "a.xml") == "<a>one<b>two</a>"


def test_internal_entities_are_expanded(text: Read):
    xml = b"""<!DOCTYPE a [<!ENTITY co "The <b>Shop</b>"><!ENTITY all "&co; &amp; sons">]>
    <a>by &all;, &co;</a>"""

    assert text(xml, "a.xml") == "a: by The Shop & sons, The Shop\n"


def test_entities_that_expand_without_end_are_refused(text: Read):
    xml = f'<!DOCTYPE a [<!ENTITY e0 "ha">{BOMB}]><a>&e12;</a>'

    with pytest.raises(CorruptFile) as caught:
        text(xml.encode(), "a.xml")

    assert "stands for unfolds without end: take it out" in str(caught.value)


@pytest.mark.parametrize(
    "xml",
    [
        f'<!DOCTYPE a [<!ENTITY e0 "ha">{BOMB}]><a x="&e12;">text</a>',
        '<!DOCTYPE a [<!ENTITY e "&e;">]><a>&e;</a>',
    ],
    ids=["in an attribute", "of itself"],
)
def test_an_entity_bomb_never_expands(text: Read, xml: str):
    try:
        assert len(text(xml.encode(), "a.xml")) <= len(xml)
    except CorruptFile as error:
        assert "unfolds without end" in str(error)


def test_external_entities_are_not_fetched(text: Read, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("the secret", encoding="utf-8")
    xml = f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]><a>before &e; after</a>'

    assert text(xml.encode(), "a.xml") == "a: before &e; after\n"


@pytest.mark.parametrize(
    "xml",
    [
        "<a>" * 200_000 + "deep" + "</a>" * 200_000,
        f"<a><!-- {'x' * 5_000_000} -->deep</a>",
        f"<a x='{'y' * 5_000_000}'>deep</a>",
        "<a>" + "<b/>" * 300_000 + "deep</a>",
        f"<a>{'deep ' * 500_000}</a>",
    ],
    ids=["nested", "comment", "attribute", "empty elements", "words"],
)
def test_large_or_deep_xml_takes_linear_time(text: Read, xml: str):
    assert "deep" in text(xml.encode(), "a.xml")


@pytest.mark.parametrize("words", ["one two three ", "one\ntwo\n", "自転車", "x" * 99 + " y "])
def test_an_element_of_any_length_is_one_line(
    text: Read, monkeypatch: pytest.MonkeyPatch, words: str
):
    xml = f"<a n='1'>{words * 900}</a><!-- --><!-- -->".encode()
    at_once = text(xml, "a.xml")

    monkeypatch.setattr("ingestion.parsing.xml._MAX_LINE", 100)
    monkeypatch.setattr(decoding, "BLOCK", 64)

    assert text(xml, "a.xml") == at_once
    assert at_once.count("\n") == 1


@pytest.mark.parametrize("size", [16, 33, 100])
def test_xml_is_read_block_by_block(text: Read, monkeypatch: pytest.MonkeyPatch, size: int):
    at_once = text(DATA.encode(), "a.xml")

    monkeypatch.setattr(decoding, "BLOCK", size)

    assert text(DATA.encode(), "a.xml") == at_once
