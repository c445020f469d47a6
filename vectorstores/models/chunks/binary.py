"""Rows of chunk_terms as binary COPY reads them.

Built from whole arrays: handing a driver some hundred numbers a row, one by one, takes longer than
finding the words.
"""

import struct
from uuid import UUID

import numpy as np

from vectorstores.bm25 import DIMENSIONS, Terms

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"

_INT4_OID = 23
_KEY = struct.Struct(">h i16s iq ii")  # the number of fields; then of each its length and itself
_LENGTH = struct.Struct(">i")
_ARRAY = struct.Struct(">iii ii")  # dimensions, has nulls, type; of the one its length and first
_NO_ARRAY = struct.Struct(">iii").pack(0, 0, _INT4_OID)
_SPARSEVEC = struct.Struct(">iii")  # dimensions, elements, unused


def terms_row(store_id: UUID, store_file_id: int, position: int, terms: Terms) -> bytes:
    key = _KEY.pack(5, 16, store_id.bytes, 8, store_file_id, 4, position)
    array, vector = _int4_array(terms), _sparsevec(terms)
    return b"".join((key, _LENGTH.pack(len(array)), array, _LENGTH.pack(len(vector)), vector))


def _int4_array(terms: Terms) -> bytes:
    if not len(terms.ids):
        return _NO_ARRAY
    elements = np.empty((len(terms.ids), 2), ">i4")
    elements[:, 0], elements[:, 1] = 4, terms.ids  # each its length and itself
    return _ARRAY.pack(1, 0, _INT4_OID, len(terms.ids), 1) + elements.tobytes()


def _sparsevec(terms: Terms) -> bytes:
    head = _SPARSEVEC.pack(DIMENSIONS, len(terms.ids), 0)
    return head + terms.ids.astype(">i4").tobytes() + terms.weights.astype(">f4").tobytes()
