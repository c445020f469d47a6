"""Where one model's service fails, the others' circuits stay closed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from vectorstores.breakers import shared
from vectorstores.embeddings import availability, default_model
from vectorstores.embeddings.errors import EmbedderMisconfigured, EmbeddingUnavailable


@pytest.fixture(autouse=True)
def two(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Models beside the default one, at addresses that no other test has a circuit of."""
    monkeypatch.setattr(shared, "FRESH", 0.0)
    settings.EMBEDDING_MODELS = {
        name: {"dimensions": 8, "base_url": f"http://{name}.example/v1"} for name in ("gpu", "old")
    }
    yield
    for model in ("gpu", "old"):
        availability.succeeded(model=model)


def fail(model: str) -> None:
    availability.failed(EmbedderMisconfigured(f"{model} does not accept the key."), model=model)


def test_one_that_fails_is_left_alone_and_others_are_not():
    fail("gpu")

    assert availability.state("gpu").reason == "gpu does not accept the key."
    assert [availability.admits(model) for model in ("gpu", "old", "hashing", None)] == [
        False,
        True,
        True,
        True,
    ]


def test_which_are_left_alone_is_known():
    assert availability.held() == {}
    fail("gpu")

    assert availability.held() == {"gpu": availability.state("gpu")}
    fail("old")

    assert list(availability.held()) == ["gpu", "old"]


def test_what_works_for_one_says_nothing_of_another():
    fail("gpu")
    fail("old")

    availability.succeeded(model="old")

    assert list(availability.held()) == ["gpu"]


def test_what_somebody_waits_for_counts_for_the_model_that_was_asked():
    with pytest.raises(EmbedderMisconfigured), availability.asked("gpu"):
        raise EmbedderMisconfigured("No.")

    with availability.asked("gpu") as short, availability.asked("old") as usual:
        assert (short, usual) == (availability.QUICK, None)
    assert availability.held() == {}


def test_who_steps_back_from_one_may_still_try_the_other(monkeypatch):
    for model in ("gpu", "old"):
        began = timezone.now() - timedelta(minutes=1)
        error = EmbeddingUnavailable("It sleeps.", retry_after=10)
        availability._breaker(model).failed(error, began, began=began)
    assert availability.admits("gpu")
    assert availability.admits("old")

    availability.step_back("gpu")

    monkeypatch.setattr(shared, "_STARTED", "another process")
    assert (availability.admits("gpu"), availability.admits("old")) == (True, False)


def test_without_a_name_it_is_the_default_models():
    availability.failed(EmbedderMisconfigured("No."))

    assert availability.state() == availability.state(default_model().name) is not None
    availability.succeeded()


def test_the_log_says_whose_embedder_it_is(caplog):
    fail("gpu")

    assert caplog.messages == [
        "The embedder of gpu is left alone for 2 s: gpu does not accept the key."
    ]


def test_a_model_that_is_not_configured_has_no_circuit():
    with pytest.raises(EmbedderMisconfigured, match="embed with another"):
        availability.admits("another")
