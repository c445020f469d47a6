import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstores.search.reranking import RANGES, outside, to_unit

ANY = st.floats(allow_nan=False, allow_infinity=False)
UNIT = st.floats(0, 1)
COSINE = st.floats(-1, 1)


def test_a_probability_is_kept():
    assert to_unit(np.array([0, 0.007, 0.5, 1]), "probability").tolist() == [0, 0.007, 0.5, 1]


def test_a_logit_becomes_its_sigmoid():
    scores = to_unit(np.array([-4.0, 0.0, 4.0]), "logit")

    np.testing.assert_allclose(scores, [0.01798621, 0.5, 0.98201379], rtol=1e-6)


def test_a_cosine_is_mapped_into_the_range():
    assert to_unit(np.array([-1, 0, 0.5, 1]), "cosine").tolist() == [0, 0.5, 0.75, 1]


@pytest.mark.parametrize("kind", RANGES)
@given(data=st.data())
def test_every_score_is_in_the_range_and_in_the_same_order(kind: str, data: st.DataObject):
    possible = {"probability": UNIT, "logit": ANY, "cosine": COSINE}[kind]
    values = np.sort(data.draw(st.lists(possible, min_size=2, max_size=20)))

    scores = to_unit(values, kind)

    assert ((scores >= 0) & (scores <= 1)).all()
    assert (np.diff(scores) >= 0).all()


@given(low=st.floats(-30, 30), apart=st.floats(0.01, 5))
def test_logits_that_differ_stay_apart(low: float, apart: float):
    first, second = to_unit(np.array([low, min(low + apart, 31)]), "logit")

    assert first < second


@given(values=st.lists(ANY, max_size=20), kind=st.sampled_from(list(RANGES)))
def test_clipping_leaves_possible_scores_unchanged(values: list[float], kind: str):
    given_scores = np.array(values, float)
    impossible = set(outside(given_scores, kind).tolist())
    rest = np.array([value for value in values if value not in impossible], float)

    if kind == "logit":
        assert not impossible
    elif kind == "probability":
        np.testing.assert_allclose(to_unit(rest, kind), rest, atol=0.001)
    else:
        np.testing.assert_allclose(2 * to_unit(rest, kind) - 1, rest, atol=0.002)
