import pickle

import pytest

from ingestion import errors
from ingestion.errors import IngestionError

OPENINGS = {
    errors.UnsupportedFile: ("unsupported_file", "The file type is not supported. "),
    errors.InvalidFile: ("invalid_file", "The file could not be parsed. "),
    errors.EmptyFile: ("invalid_file", "The file could not be parsed because it is empty. "),
    errors.FileTooLarge: ("invalid_file", "The file could not be parsed because it is too large. "),
    errors.CorruptFile: ("invalid_file", "The file could not be parsed. "),
    errors.EncryptedFile: ("invalid_file", "The file could not be parsed. "),
    errors.ScannedFile: ("invalid_file", "The file could not be parsed. "),
    errors.UnknownEncoding: ("invalid_file", "The file could not be parsed. "),
    errors.ParserTimedOut: ("invalid_file", "The file could not be parsed. "),
    errors.ParserExhausted: ("invalid_file", "The file could not be parsed. "),
    errors.ParserCrashed: ("invalid_file", "The file could not be parsed. "),
    errors.InternalError: ("server_error", "An internal error occurred. "),
}


@pytest.mark.parametrize("error", OPENINGS)
def test_a_message_is_openais_wording_and_then_what_to_do(error: type[IngestionError]):
    code, opening = OPENINGS[error]

    message = str(error())

    assert error.code == code
    assert message.startswith(opening)
    assert message.removeprefix(opening).endswith(".")


def test_no_error_is_left_out_of_this_test():
    named = {error for error in vars(errors).values() if isinstance(error, type)}

    assert {error for error in named if issubclass(error, IngestionError)} == {
        IngestionError,
        *OPENINGS,
    }


def test_advice_may_be_more_precise_than_the_usual():
    message = str(errors.UnsupportedFile("Save each sheet as CSV."))

    assert message == "The file type is not supported. Save each sheet as CSV."


def test_an_error_says_the_same_after_a_journey_between_processes():
    error = errors.CorruptFile("Its part word/document.xml is damaged.")

    assert str(pickle.loads(pickle.dumps(error))) == str(error)
