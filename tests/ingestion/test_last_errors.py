import pickle

import pytest

from ingestion import last_errors
from ingestion.last_errors import IngestionError

OPENINGS = {
    last_errors.UnsupportedFile: ("unsupported_file", "The file type is not supported. "),
    last_errors.InvalidFile: ("invalid_file", "The file could not be parsed. "),
    last_errors.EmptyFile: ("invalid_file", "The file could not be parsed because it is empty. "),
    last_errors.FileTooLarge: (
        "invalid_file",
        "The file could not be parsed because it is too large. ",
    ),
    last_errors.CorruptFile: ("invalid_file", "The file could not be parsed. "),
    last_errors.EncryptedFile: ("invalid_file", "The file could not be parsed. "),
    last_errors.ScannedFile: ("invalid_file", "The file could not be parsed. "),
    last_errors.DynamicForm: ("invalid_file", "The file could not be parsed. "),
    last_errors.UnknownEncoding: ("invalid_file", "The file could not be parsed. "),
    last_errors.ParserTimedOut: ("invalid_file", "The file could not be parsed. "),
    last_errors.ParserExhausted: ("invalid_file", "The file could not be parsed. "),
    last_errors.ParserCrashed: ("invalid_file", "The file could not be parsed. "),
    last_errors.InternalError: ("server_error", "An internal error occurred. "),
}


@pytest.mark.parametrize("error", OPENINGS)
def test_a_message_is_openais_wording_and_then_what_to_do(error: type[IngestionError]):
    code, opening = OPENINGS[error]

    message = str(error())

    assert error.code == code
    assert message.startswith(opening)
    assert message.removeprefix(opening).endswith(".")


def test_no_error_is_left_out_of_this_test():
    named = {error for error in vars(last_errors).values() if isinstance(error, type)}

    assert {error for error in named if issubclass(error, IngestionError)} == {
        IngestionError,
        *OPENINGS,
    }


def test_advice_may_be_more_precise_than_the_usual():
    message = str(last_errors.UnsupportedFile("Save each sheet as CSV."))

    assert message == "The file type is not supported. Save each sheet as CSV."


def test_an_error_says_the_same_after_a_journey_between_processes():
    error = last_errors.CorruptFile("Its part word/document.xml is damaged.")

    assert str(pickle.loads(pickle.dumps(error))) == str(error)
