"""Property tests of cursor pagination: any list, any order, while rows come and go."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.client import ApiClient
from tests.examples import SHARING_FIXTURES, rolled_back
from tests.vectorstores.api.answers import ids
from tests.vectorstores.api.listings import LISTINGS, MOMENTS, Listing, Row
from vectorstores.models import Project

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.__name__),
]

Lists = Callable[[Project], Listing]

ORDERS = st.sampled_from(["asc", "desc"])
MOMENT = st.integers(0, len(MOMENTS) - 1)  # few, so that rows share a time
INDEX = st.integers(0, 9)

# --- one page ---------------------------------------------------------------------------------

ROWS = st.lists(st.tuples(MOMENT, st.sampled_from(["listed", "deleted", "not listed"])), max_size=9)
PARAMETERS = {"limit": st.integers(1, 9), "order": ORDERS, "after": INDEX, "before": INDEX}


@given(rows=ROWS, asked=st.fixed_dictionaries({}, optional=PARAMETERS))
@settings(SHARING_FIXTURES, max_examples=80)
def test_a_page_is_a_slice_of_the_list(api, project, listing: Lists, rows, asked):
    with rolled_back():
        list_ = listing(project)
        assume(list_.takes_before or "before" not in asked)
        line = in_order(insert_rows(list_, rows), asked.get("order", "desc"))
        positions = {name: asked[name] for name in ("after", "before") if name in asked}
        assume(all(position < len(line) for position in positions.values()))

        cursors = {name: line[position].id for name, position in positions.items()}
        response = api.get(list_.path, {**list_.query, **asked, **cursors})

        assert (ids(response), response.json()["has_more"]) == page_of(line, asked)


def page_of(line: list[Row], asked: dict[str, Any]) -> tuple[list[str], bool]:
    """Return the page, computed in plain Python, and whether more items follow."""
    limit = asked.get("limit", 20)
    start, stop = asked.get("after", -1) + 1, asked.get("before", len(line))
    window = [row.id for row in line[start:stop] if row.is_listed]
    from_the_end = "before" in asked and "after" not in asked
    return window[-limit:] if from_the_end else window[:limit], len(window) > limit


def insert_rows(list_: Listing, rows: list[tuple[int, str]]) -> list[Row]:
    """Create rows in the list and deleted rows, since those are cursors too."""
    known = []
    for moment, kind in rows:
        row = list_.insert(moment, is_listed=kind != "not listed")
        if kind == "deleted":
            row.delete()
        if kind != "not listed":
            known.append(row)
    return known


def in_order(rows: list[Row], order: str) -> list[Row]:
    return sorted(rows, key=lambda row: row.place, reverse=order == "desc")


# --- page after page --------------------------------------------------------------------------

CHANGE = (
    st.just(("delete", "the cursor"))
    | st.tuples(st.just("insert"), MOMENT)
    | st.tuples(st.just("delete"), INDEX)
)
NEAR_AN_END = st.integers(0, 2)  # so that several pages follow


class Walk:
    """A client that pages through a list, and a list that changes meanwhile."""

    def __init__(self, api: ApiClient, list_: Listing, rows: list[Row], asked: dict) -> None:
        self.api, self.list, self.rows, self.asked = api, list_, list(rows), asked
        self.seen: list[str] = []

    def go(self, cursors: dict, changes: list, *, backwards: bool, heeds_has_more: bool) -> None:
        """Page through the list while `has_more` is true, or else until a page is empty, as clients
        before 2025 do.
        """
        waiting = iter(changes)
        more = True
        while more:
            response = self.api.get(self.list.path, {**self.list.query, **self.asked, **cursors})
            page = ids(response)
            self.seen = page + self.seen if backwards else self.seen + page
            more = response.json()["has_more"] if heeds_has_more else bool(page)
            if page and backwards:
                cursors = {"before": page[0]}
            elif page:
                cursors = {**cursors, "after": page[-1]}  # because SDKs keep a `before`
            for change, what in next(waiting, []):
                self.change(change, what, cursors)

    def change(self, change: str, what: int | str, cursors: dict) -> None:
        if change == "insert":
            self.rows.append(self.list.insert(int(what)))
            return
        for number, row in enumerate(self.rows):
            if number == what or (what == "the cursor" and row.id in cursors.values()):
                row.delete()


@given(
    moments=st.lists(MOMENT, min_size=5, max_size=9),
    route=st.sampled_from(["before", "between", "after", "from the top"]),
    start=NEAR_AN_END,
    stop=NEAR_AN_END,
    asked=st.fixed_dictionaries({"order": ORDERS, "limit": st.integers(1, 3)}),
    changes=st.lists(st.lists(CHANGE, min_size=1, max_size=3), min_size=1, max_size=4),
    heeds_has_more=st.booleans(),
)
@settings(SHARING_FIXTURES, max_examples=60)
def test_items_that_stay_are_seen_once_and_in_order(
    api, project, listing: Lists, moments, route, start, stop, asked, changes, heeds_has_more
):
    with rolled_back():
        list_ = listing(project)
        assume(list_.takes_before or route in ("from the top", "after"))
        line = in_order([list_.insert(moment) for moment in moments], asked["order"])
        stop = len(line) - 1 - stop
        cursors, ahead = {
            "from the top": ({}, line),
            "after": ({"after": line[start].id}, line[start + 1 :]),
            "between": ({"after": line[start].id, "before": line[stop].id}, line[start + 1 : stop]),
            "before": ({"before": line[stop].id}, line[:stop]),
        }[route]
        walk = Walk(api, list_, line, asked)

        walk.go(cursors, changes, backwards=route == "before", heeds_has_more=heeds_has_more)

        stayed = [row.id for row in ahead if row.is_listed]
        assert [id_ for id_ in walk.seen if id_ in stayed] == stayed
        places = [row.id for row in in_order(walk.rows, asked["order"]) if row.id in walk.seen]
        assert walk.seen == places  # no item twice, and all in order
