"""Excel by calamine, which reads its binary format too. It holds every cell of a sheet that lies
between two that are filled."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from ingestion.last_errors import CorruptFile, EncryptedFile
from ingestion.parsing.sheets.rows import Row, Sheets
from ingestion.parsing.sheets.serials import number_text

Value = int | float | str | bool | time | date | datetime | timedelta


def calamine_sheets(path: Path) -> Sheets:
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            for name in workbook.sheet_names:
                yield name, map(_row, workbook.get_sheet_by_name(name).iter_rows())
    except PasswordError as error:
        raise EncryptedFile from error
    except (CalamineError, OSError) as error:
        raise CorruptFile from error
    except BaseException as error:
        if _is_panic(error):
            raise CorruptFile from error
        raise


def _is_panic(error: BaseException) -> bool:
    """Of calamine, which is Rust, over what it did not expect; the class cannot be imported."""
    return type(error).__name__ == "PanicException"


def _row(values: list[Value]) -> Row:
    texts = ((column, " ".join(_text(value).split())) for column, value in enumerate(values))
    return {column: text for column, text in texts if text}


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(" ") if value.time() != time() else value.date().isoformat()
    return str(value)
