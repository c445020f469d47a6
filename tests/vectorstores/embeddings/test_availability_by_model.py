"""Breakers by model: if one model's service fails, the breakers of others stay closed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from vectorstores.breakers import shared
from vectorstores.embeddings import availability, default_model
from vectorstores.embeddings.errors import EmbedderMisconfigured, EmbeddingUnavailable


@pytest.fixture(autouse=True)
def two(valkey: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Add models to the default one, at addresses that no other test has a breaker for."""
    monkeypatch.setattr(shared, "scripts", shared.Scripts())
    monkeypatch.setattr(shared, "FRESH", 0.0)
    settings.EMBEDDING_MODELS = {
        name: {"dimensions": 8, "base_url": f"http://{name}.example/v1"} for name in ("gpu", "old")
    }
    yield
    for model in ("gpu", "old"):
        availability.record_success(model=model)


def fail(model: str) -> None:
    error = EmbedderMisconfigured(f"{model} does not accept the key.")
    availability.record_failure(error, model=model)


def test_a_failing_model_opens_its_own_breaker_only():
    fail("gpu")

    assert availability.open_state("gpu").reason == "gpu does not accept the key."
    assert [availability.admits(model) for model in ("gpu", "old", "hashing", None)] == [
        False,
        True,
        True,
        True,
    ]


def test_open_states_names_each_model_whose_breaker_is_open():
    assert availability.open_states() == {}
    fail("gpu")

    assert availability.open_states() == {"gpu": availability.open_state("gpu")}
    fail("old")

    assert list(availability.open_states()) == ["gpu", "old"]


def test_a_success_of_one_model_does_not_close_anothers_breaker():
    fail("gpu")
    fail("old")

    availability.record_success(model="old")

    assert list(availability.open_states()) == ["gpu"]


def test_a_requests_result_counts_for_the_model_it_used():
    with pytest.raises(EmbedderMisconfigured), availability.attempt("gpu"):
        raise EmbedderMisconfigured("No.")

    with availability.attempt("gpu") as short, availability.attempt("old") as usual:
        assert (short, usual) == (availability.QUICK, None)
    assert availability.open_states() == {}


def test_a_process_that_releases_one_probe_may_still_try_the_other(monkeypatch):
    for model in ("gpu", "old"):
        began = timezone.now() - timedelta(minutes=1)
        error = EmbeddingUnavailable("It sleeps.", retry_after=10)
        availability._breaker(model).record_failure(error, began, began=began)
    assert availability.admits("gpu")
    assert availability.admits("old")

    availability.release_probe("gpu")

    monkeypatch.setattr(shared, "_STARTED", "another process")
    assert (availability.admits("gpu"), availability.admits("old")) == (True, False)


def test_without_a_name_it_is_the_default_models():
    availability.record_failure(EmbedderMisconfigured("No."))

    assert availability.open_state() == availability.open_state(default_model().name) is not None
    availability.record_success()


def test_the_log_says_whose_embedder_it_is(caplog):
    fail("gpu")

    assert caplog.messages == [
        "The embedder of gpu is not called for 2 s: gpu does not accept the key."
    ]


def test_a_model_that_is_not_configured_has_no_breaker():
    with pytest.raises(EmbedderMisconfigured, match="embed with another"):
        availability.admits("another")
