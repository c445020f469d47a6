"""The reasons why a file cannot be ingested, as its `last_error` shows them.

IngestionError
├── UnsupportedFile      unsupported_file   no parser reads this kind of file
├── InvalidFile          invalid_file       a parser reads this kind, but not this file
│   ├── EmptyFile                           no bytes, or only white space
│   ├── FileTooLarge                        too many tokens, or too many bytes once unpacked
│   ├── CorruptFile                         not the format of its name or first bytes
│   ├── EncryptedFile                       protected by a password
│   ├── ScannedFile                         pages of pictures, no text
│   ├── DynamicForm                         an XFA form, which only Adobe's programs show
│   ├── UnknownEncoding                     text in an unknown character set
│   ├── ParserTimedOut                      reading it takes too long
│   ├── ParserExhausted                     reading it takes too much memory
│   └── ParserCrashed                       reading it crashes the reader
└── InternalError        server_error       the server's fault, and retries are used up
"""

from typing import ClassVar, Literal

ErrorCode = Literal["unsupported_file", "invalid_file", "server_error"]


class IngestionError(Exception):
    """`code` is `last_error.code`; `str(error)` is `last_error.message`.

    A message begins with OpenAI's wording, because clients match on it, and ends with advice.
    """

    code: ClassVar[ErrorCode]
    opening: ClassVar[str]
    advice: ClassVar[str]

    def __init__(self, advice: str = "") -> None:
        super().__init__(advice or self.advice)

    def __str__(self) -> str:
        return f"{self.opening} {self.args[0]}"


class UnsupportedFile(IngestionError):
    code = "unsupported_file"
    opening = "The file type is not supported."
    advice = (
        "Upload text or source code, Markdown, HTML, XML, JSON, CSV, notebooks, PDF, Word,"
        " PowerPoint, Excel, OpenDocument, RTF, EPUB, mail (.eml, .mbox, .msg) or pictures of text."
    )


class InvalidFile(IngestionError):
    code = "invalid_file"
    opening = "The file could not be parsed."
    advice = "Open it in the program that made it, save it again and upload the new copy."


class EmptyFile(InvalidFile):
    opening = "The file could not be parsed because it is empty."
    advice = "There is no text in it: check the original and upload it again."


class FileTooLarge(InvalidFile):
    opening = "The file could not be parsed because it is too large."
    advice = "Split it into smaller files and upload those."


class CorruptFile(InvalidFile):
    advice = (
        "It is damaged or incomplete: open it in the program that made it,"
        " save it again and upload the new copy."
    )


class EncryptedFile(InvalidFile):
    advice = "It is protected by a password: remove the protection and upload it again."


class ScannedFile(InvalidFile):
    advice = (
        "Its pages hold pictures and no text: run text recognition (OCR) on it"
        " and upload the result."
    )


class DynamicForm(InvalidFile):
    advice = (
        "It is a dynamic form (XFA), of which other programs show only a page that says"
        " “Please wait…”: open it in Adobe Acrobat or Reader, print it to a PDF and upload that."
    )


class UnknownEncoding(InvalidFile):
    advice = (
        "Its characters are in an encoding we cannot tell: save it as UTF-8 and upload it again."
    )


class ParserTimedOut(InvalidFile):
    advice = (
        "Reading it takes longer than a file may: split it into smaller files, or upload its text."
    )


class ParserExhausted(InvalidFile):
    advice = (
        "Reading it takes more memory than a file may: split it into smaller files,"
        " or upload its text."
    )


class ParserCrashed(InvalidFile):
    advice = (
        "It makes the program that reads it crash: open it in the program that made it,"
        " save it again and upload the new copy, or upload its text."
    )


class InternalError(IngestionError):
    code = "server_error"
    opening = "An internal error occurred."
    advice = "Attach the file again; if that fails too, the server's log has the reason."
