"""XML with entities that expand, and entities that reach outside the file."""

from pathlib import Path

from tests.ingestion.hostile.corpus import Bait, baited, hostile, text
from tests.ingestion.hostile.endings import endless

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def laughs(root: str = "r") -> str:
    """Return a doctype whose entity `&l9;` expands to three gigabytes."""
    entities = ['<!ENTITY l0 "lol">']
    entities += [f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)]
    return f"<!DOCTYPE {root} [{''.join(entities)}]>"


def outside(bait: Bait, root: str = "r") -> str:
    """Return a doctype with entities from a file and from an address."""
    return (
        f'<!DOCTYPE {root} [<!ENTITY file SYSTEM "file://{bait.secret}">'
        f'<!ENTITY address SYSTEM "{bait.url}entity">'
        f'<!ENTITY % parameter SYSTEM "{bait.url}parameter.dtd"> %parameter;]>'
    )


@hostile("billion-laughs.xml", endless("l0"))
def a_billion_laughs(path: Path) -> None:
    path.write_text(f"{DECLARATION}{laughs()}<r>needle &l9;</r>")


@hostile("quadratic.xml", endless("e"))
def one_long_entity_used_50_000_times(path: Path) -> None:
    entity = f'<!DOCTYPE r [<!ENTITY e "{"e" * 100_000}">]>'
    path.write_text(f"{DECLARATION}{entity}<r>needle {'&e;' * 50_000}</r>")


@hostile("entity-in-itself.xml", endless("b"))
def an_entity_made_of_itself(path: Path) -> None:
    doctype = '<!DOCTYPE r [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'
    path.write_text(f"{DECLARATION}{doctype}<r>needle &a;</r>")


@baited("outside-entities.xml", text("needle"))
def entities_from_a_file_and_an_address(path: Path, bait: Bait) -> None:
    path.write_text(f"{DECLARATION}{outside(bait)}<r>needle &file; &address;</r>")


@baited("outside-dtd.xml", text("needle"))
def a_document_type_from_an_address(path: Path, bait: Bait) -> None:
    path.write_text(f'{DECLARATION}<!DOCTYPE r SYSTEM "{bait.url}r.dtd"><r>needle</r>')


@baited("xinclude.xml", text("needle"))
def an_xinclude_of_a_file_and_an_address(path: Path, bait: Bait) -> None:
    path.write_text(
        f'{DECLARATION}<r xmlns:xi="http://www.w3.org/2001/XInclude">needle'
        f'<xi:include href="file://{bait.secret}" parse="text"/>'
        f'<xi:include href="{bait.url}x.xml"/></r>'
    )


@baited("stylesheet.xml", text("needle"))
def a_stylesheet_and_a_schema_from_an_address(path: Path, bait: Bait) -> None:
    path.write_text(
        f'{DECLARATION}<?xml-stylesheet type="text/xsl" href="{bait.url}s.xsl"?>'
        '<r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:noNamespaceSchemaLocation="{bait.url}s.xsd">needle</r>'
    )


@baited("outside-entities.svg", text("needle"))
def a_drawing_with_an_entity_from_a_file(path: Path, bait: Bait) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>needle &file;</text></svg>'
    path.write_text(f"{DECLARATION}{outside(bait, 'svg')}{svg}")


@hostile("nested.xml", text("needle"))
def two_hundred_thousand_elements_in_each_other(path: Path) -> None:
    path.write_text(f"{DECLARATION}{'<a>' * 200_000}needle{'</a>' * 200_000}")


@hostile("many-attributes.xml", text("needle"))
def an_element_with_100_000_attributes(path: Path) -> None:
    attributes = " ".join(f'a{n}="1"' for n in range(100_000))
    path.write_text(f"{DECLARATION}<r {attributes}>needle</r>")


@hostile("many-namespaces.xml", text("needle"))
def namespaces_declared_again_on_every_level(path: Path) -> None:
    levels = "".join(f'<p{n}:a xmlns:p{n}="urn:{n}">' for n in range(20_000))
    path.write_text(f"{DECLARATION}<r>needle{levels}")


@hostile("half-of-it.xml", text("needle"))
def an_xml_that_stops_inside_a_tag(path: Path) -> None:
    path.write_text(f"{DECLARATION}<r><item>needle</item><ite")


@hostile("says-utf-16.xml", text("needle"))
def utf_8_xml_that_claims_to_be_utf_16(path: Path) -> None:
    path.write_text('<?xml version="1.0" encoding="UTF-16"?><r>needle</r>', encoding="utf-8")
