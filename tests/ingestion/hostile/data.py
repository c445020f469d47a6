"""Tables, JSON, YAML and notebooks."""

import json
from pathlib import Path

from tests.ingestion.hostile.corpus import hostile, text


@hostile("many-columns.csv", text("needle"))
def a_table_of_200_000_columns(path: Path) -> None:
    names = ",".join(f"c{n}" for n in range(200_000))
    path.write_text(f"{names}\n{'1,' * 199_999}needle\n")


@hostile("header-repeated.csv", text("needle"))
def a_column_name_of_a_megabyte_over_10_000_rows(path: Path) -> None:
    path.write_text("needle" + "n" * 1_000_000 + ",other\n" + "1,2\n" * 10_000)


@hostile("unclosed-quote.csv", text("needle"))
def a_quote_that_is_never_closed(path: Path) -> None:
    path.write_text('name,born\n"Ada,1815\n' + "needle,1815\n" * 100_000)


@hostile("quotes.csv", text("name"))
def two_million_quotes(path: Path) -> None:
    path.write_text("name,born\n" + '"' * 2_000_001)


@hostile("ragged.tsv", text("needle"))
def rows_that_grow_by_a_column_each(path: Path) -> None:
    path.write_text("name\tborn\n" + "".join("v\t" * n + "needle\n" for n in range(1_000)))


@hostile("nested-arrays.json", text("[[[["))
def a_hundred_thousand_arrays_in_each_other(path: Path) -> None:
    path.write_text("[" * 100_000 + "]" * 100_000)


@hostile("nested-objects.json", text("needle"))
def a_hundred_thousand_objects_in_each_other_never_closed(path: Path) -> None:
    path.write_text('{"needle":' * 100_000)


@hostile("long-number.json", text("9999"))
def a_number_of_a_million_digits(path: Path) -> None:
    path.write_text('{"n": ' + "9" * 1_000_000 + "}")


@hostile("escapes.json", text("needle"))
def escapes_of_letters_and_lone_surrogates(path: Path) -> None:
    path.write_text('"needle ' + r"\ud800\u00e9" * 50_000 + r"\\\ud83d\\u00" * 50_000 + '"')


@hostile("broken-escapes.json", text("needle"))
def escapes_that_stop_too_early(path: Path) -> None:
    path.write_text('{"needle": "' + r"\u12\uZZZZ\x41\ " * 10_000)


@hostile("broken-line.jsonl", text("first needle", "last needle"))
def one_broken_line_among_a_thousand(path: Path) -> None:
    lines = [json.dumps({"n": n, "text": "first needle"}) for n in range(500)]
    more = [json.dumps({"n": n, "text": "last needle"}) for n in range(500)]
    path.write_text("\n".join([*lines, '{"n": 500, "text": "brok', *more]))


@hostile("utf-16.json", text("Zürich"))
def json_in_utf_16(path: Path) -> None:
    path.write_bytes(json.dumps({"city": "Zürich"}, ensure_ascii=False).encode("utf-16"))


@hostile("aliases.yaml", text("lol"))
def a_yaml_whose_aliases_expand_to_billions(path: Path) -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    path.write_text("\n".join(lines))


@hostile("runs-code.yaml", text("needle", without=("uid=",)))
def a_yaml_that_tries_to_run_a_program(path: Path) -> None:
    path.write_text("needle: !!python/object/apply:subprocess.check_output [[id]]\n")


@hostile("no-json.ipynb", text("needle"))
def a_notebook_that_is_no_json(path: Path) -> None:
    path.write_text('{"cells": [{"cell_type": "code", "source": ["needle = 1"]')


@hostile("wrong-types.ipynb", text("needle"))
def a_notebook_of_valid_json_with_wrong_types(path: Path) -> None:
    cells = [None, 7, [], {"cell_type": ["code"]}, {"cell_type": "code", "source": {"needle": 1}}]
    path.write_text(json.dumps({"cells": cells, "metadata": "none", "nbformat": "four"}))


@hostile("nested.ipynb", text("needle"))
def a_notebook_nested_too_deep_for_a_recursive_reader(path: Path) -> None:
    path.write_text('{"cells": ["needle", ' + "[" * 100_000 + "]" * 100_000 + "]}")


@hostile("pictures.ipynb", text("needle"))
def a_notebook_with_10_mb_of_pictures(path: Path) -> None:
    output = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo" * 1_000_000}}
    cell = {"cell_type": "code", "source": ["needle = 1\n"], "outputs": [output], "metadata": {}}
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}))
