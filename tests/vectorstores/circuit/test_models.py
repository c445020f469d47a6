"""Where one model's service fails, the others' circuits stay closed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from vectorstores import circuit
from vectorstores.circuit import breaker
from vectorstores.embeddings import default_model
from vectorstores.embeddings.errors import EmbedderMisconfigured, EmbeddingUnavailable


@pytest.fixture(autouse=True)
def two(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Models beside the default one, at addresses that no other test has a circuit of."""
    monkeypatch.setattr(breaker, "FRESH", 0.0)
    settings.EMBEDDING_MODELS = {
        name: {"dimensions": 8, "base_url": f"http://{name}.example/v1"} for name in ("gpu", "old")
    }
    yield
    for model in ("gpu", "old"):
        circuit.succeeded(model=model)


def fail(model: str) -> None:
    circuit.failed(EmbedderMisconfigured(f"{model} does not accept the key."), model=model)


def test_one_that_fails_is_left_alone_and_others_are_not():
    fail("gpu")

    assert circuit.state("gpu").reason == "gpu does not accept the key."
    assert [circuit.admits(model) for model in ("gpu", "old", "hashing", None)] == [
        False,
        True,
        True,
        True,
    ]


def test_which_are_left_alone_is_known():
    assert circuit.held() == {}
    fail("gpu")

    assert circuit.held() == {"gpu": circuit.state("gpu")}
    fail("old")

    assert list(circuit.held()) == ["gpu", "old"]


def test_what_works_for_one_says_nothing_of_another():
    fail("gpu")
    fail("old")

    circuit.succeeded(model="old")

    assert list(circuit.held()) == ["gpu"]


def test_what_somebody_waits_for_counts_for_the_model_that_was_asked():
    with pytest.raises(EmbedderMisconfigured), circuit.asked("gpu"):
        raise EmbedderMisconfigured("No.")

    with circuit.asked("gpu") as short, circuit.asked("old") as usual:
        assert (short, usual) == (circuit.QUICK, None)
    assert circuit.held() == {}


def test_who_steps_back_from_one_may_still_try_the_other(monkeypatch):
    for model in ("gpu", "old"):
        began = timezone.now() - timedelta(minutes=1)
        error = EmbeddingUnavailable("It sleeps.", retry_after=10)
        circuit._breaker(model).failed(error, began, began=began)
    assert circuit.admits("gpu")
    assert circuit.admits("old")

    circuit.step_back("gpu")

    monkeypatch.setattr(breaker, "_STARTED", "another process")
    assert (circuit.admits("gpu"), circuit.admits("old")) == (True, False)


def test_without_a_name_it_is_the_default_models():
    circuit.failed(EmbedderMisconfigured("No."))

    assert circuit.state() == circuit.state(default_model().name) is not None
    circuit.succeeded()


def test_the_log_says_whose_embedder_it_is(caplog):
    fail("gpu")

    assert caplog.messages == [
        "The embedder of gpu is left alone for 2 s: gpu does not accept the key."
    ]


def test_a_model_that_is_not_configured_has_no_circuit():
    with pytest.raises(EmbedderMisconfigured, match="embed with another"):
        circuit.admits("another")
