"""The error messages of hostile files that differ from the default of their class."""

from ingestion.last_errors import (
    CorruptFile,
    EncryptedFile,
    FileTooLarge,
    ScannedFile,
    UnsupportedFile,
)

TOO_MANY_TOKENS = FileTooLarge(
    "It has more than 5,000,000 tokens: split it into smaller files and upload those."
)
ONE_GIGABYTE = FileTooLarge("It unpacks to 1,000 MB: split it, or upload its text.")
BOMB = FileTooLarge(
    "It unpacks to more than 200 times its size, as no document does: save it again from the"
    " program that made it, or upload its text."
)
TOO_MANY_PIXELS = FileTooLarge("The picture has too many pixels: make it smaller.")
BEYOND_XML = CorruptFile(
    "It nests deeper than 256 elements, or has 10 MB of text without a break: save it again from"
    " the program that made it, or upload its text."
)
ENTITIES = CorruptFile("Its XML declares entities: save it again and upload the new copy.")
MANY_ATTRIBUTES = CorruptFile(
    "It has a tag with more than 2,000 attributes: repair the page, or upload its text."
)
DEEP_HTML = CorruptFile(
    "It opens more than 2,000 HTML tags without closing them: repair the page, or upload its text."
)
DEEP_MAIL = CorruptFile("Its parts are nested without end: forward what matters.")
DEEP_RTF = CorruptFile("Its groups are nested too deep: save it again.")
GZIP = UnsupportedFile("It is a gzip archive: unpack it and upload the files in it.")
NO_DOCUMENT = CorruptFile(
    "It is a zip archive without the document that its name promises: save it again from the"
    " program that made it, or unpack it and upload the files in it."
)
A_ZIP = UnsupportedFile("It is a zip archive: unpack it and upload the files in it.")
COPY_PROTECTED = EncryptedFile("It is copy-protected: upload a copy without protection.")
ONLY_CERTAIN_PROGRAMS = EncryptedFile(
    "It is protected so that only certain programs open it: upload a copy without protection."
)
NO_WORDS = ScannedFile(
    "Text recognition (OCR) found no text in the picture: check that it is sharp."
)
NO_WORDS_ON_PAGES = ScannedFile(
    "Its pages hold pictures, in which text recognition (OCR) found no text: check that they are"
    " sharp and in a language that is recognised here, or upload the text."
)
# The ending if tesseract is not installed.
NO_OCR = UnsupportedFile(
    "It is a picture, and this server does not read text in pictures: run text recognition (OCR)"
    " on it and upload the result."
)


def missing(part: str) -> CorruptFile:
    return CorruptFile(f"Its part {part} is missing: upload a complete copy.")


def endless(entity: str) -> CorruptFile:
    return CorruptFile(
        f"What its entity &{entity}; stands for unfolds without end: take it out and upload the"
        " file again."
    )


def something_else(suffix: str) -> CorruptFile:
    return CorruptFile(
        f"Its name ends in {suffix} but its content is something else: save it again from the"
        " program that made it and upload the new copy."
    )


def other(what: str) -> UnsupportedFile:
    return UnsupportedFile(f"It is {what}. {UnsupportedFile.advice}")
