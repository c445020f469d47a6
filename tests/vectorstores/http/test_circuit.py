import logging
from threading import Barrier, Thread

import pytest

from vectorstores.breakers.local import FIRST_WAIT, LONGEST_WAIT, LONGEST_WISH, Circuit
from vectorstores.http.errors import Misconfigured, Refused, Unavailable


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def circuit(clock: Clock) -> Circuit:
    return Circuit("The helper", Unavailable, clock=clock)


def unavailable(retry_after: float | None = None) -> Unavailable:
    return Unavailable("10.0.0.7 is gone.", brief="it is gone", retry_after=retry_after)


def fails(circuit: Circuit, error: Exception | None = None) -> None:
    error = error or unavailable()
    with pytest.raises(type(error), match=str(error)), circuit.guard():
        raise error


def works(circuit: Circuit) -> None:
    with circuit.guard():
        pass


def is_open(circuit: Circuit) -> bool:
    try:
        works(circuit)
    except Unavailable:
        return True
    return False


def test_a_service_that_works_is_asked(circuit: Circuit):
    for _ in range(3):
        works(circuit)


def test_what_has_failed_is_not_asked_again_for_some_seconds(circuit: Circuit, clock: Clock):
    fails(circuit)

    clock.now += FIRST_WAIT - 0.1

    assert is_open(circuit)


def test_why_is_told_while_nobody_asks(circuit: Circuit):
    fails(circuit)

    with pytest.raises(Unavailable) as caught, circuit.guard():
        pass

    assert str(caught.value) == (
        "The helper failed a moment ago, and is left alone for a while: it is gone."
    )
    assert caught.value.brief == "it is gone"


def test_it_is_tried_again_and_asked_by_all_when_it_works(circuit: Circuit, clock: Clock):
    fails(circuit)
    clock.now += FIRST_WAIT

    works(circuit)
    works(circuit)


def test_it_is_left_alone_for_longer_each_time(circuit: Circuit, clock: Clock):
    waits = []
    for _ in range(6):
        fails(circuit)
        start = clock.now
        while True:
            clock.now += 1
            with pytest.raises((Unavailable, ZeroDivisionError)) as caught, circuit.guard():
                raise ZeroDivisionError  # a bug, which says nothing of the service
            if caught.type is ZeroDivisionError:
                break
        waits.append(clock.now - start)
        clock.now += LONGEST_WAIT  # after whoever tried and told nothing

    assert waits == [5, 10, 20, 40, 60, 60]


def test_after_a_success_it_is_left_alone_shortly_again(circuit: Circuit, clock: Clock):
    fails(circuit)
    clock.now += FIRST_WAIT
    fails(circuit)
    clock.now += 2 * FIRST_WAIT
    works(circuit)

    fails(circuit)
    clock.now += FIRST_WAIT

    assert not is_open(circuit)


def test_only_one_tries_at_a_time(circuit: Circuit, clock: Clock):
    fails(circuit)
    clock.now += FIRST_WAIT

    with circuit.guard():
        assert is_open(circuit)


def test_one_that_tries_and_is_never_heard_of_is_followed_by_another(
    circuit: Circuit, clock: Clock
):
    fails(circuit)
    clock.now += FIRST_WAIT

    with pytest.raises(ZeroDivisionError), circuit.guard():
        raise ZeroDivisionError
    assert is_open(circuit)
    clock.now += 2 * FIRST_WAIT

    assert not is_open(circuit)


def test_many_that_fail_together_count_once(circuit: Circuit, clock: Clock):
    together = Barrier(8)

    def fail() -> None:
        with pytest.raises(Unavailable), circuit.guard():
            together.wait()
            clock.now += 0.001
            raise unavailable()

    threads = [Thread(target=fail) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.now += FIRST_WAIT

    assert not is_open(circuit)


@pytest.mark.parametrize(
    ("wish", "wait"), [(0.5, 0.5), (20, 20), (100_000, LONGEST_WISH), (None, FIRST_WAIT)]
)
def test_it_is_left_alone_for_as_long_as_it_wishes(
    circuit: Circuit, clock: Clock, wish: float | None, wait: float
):
    fails(circuit, unavailable(retry_after=wish))

    clock.now += wait - 0.1
    was_open = is_open(circuit)
    clock.now += 0.2

    assert was_open
    assert not is_open(circuit)


def test_what_an_operator_must_mend_is_tried_once_a_minute(circuit: Circuit, clock: Clock):
    fails(circuit, Misconfigured("The key.", brief="it does not accept the key"))

    clock.now += LONGEST_WAIT - 1
    was_open = is_open(circuit)
    clock.now += 1

    assert was_open
    assert not is_open(circuit)


def test_a_refusal_is_an_answer(circuit: Circuit, clock: Clock):
    fails(circuit, Refused("No.", brief="it answers 400", status=400))
    assert not is_open(circuit)
    fails(circuit)
    clock.now += FIRST_WAIT

    fails(circuit, Refused("No.", brief="it answers 400", status=400))

    assert not is_open(circuit)


def test_the_log_has_a_line_when_it_opens_and_one_when_it_closes(
    circuit: Circuit, clock: Clock, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)

    works(circuit)
    fails(circuit)
    for _ in range(5):
        assert is_open(circuit)
    clock.now += FIRST_WAIT
    works(circuit)
    works(circuit)

    assert [record.message for record in caplog.records] == [
        "The helper is left alone for 5 s: 10.0.0.7 is gone.",
        "The helper answers again.",
    ]
