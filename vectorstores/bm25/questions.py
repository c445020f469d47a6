import numpy as np
from numpy.typing import NDArray

from vectorstores.bm25.documents import MOST_TERMS
from vectorstores.bm25.words import fold, ids_of, runs

# Of a question only: what is in a text stays there. Measured, they say more about who asks than
# about what is wanted.
_STOP_WORDS = """
a an and are as at be but by can do does for from had has have how i if in into is it its may not of
on or s t that the their then there these this to was we were what when where which who why will
with would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def query_terms(text: str) -> NDArray[np.int32]:
    """The question's terms, ascending, each once. Words such as "the" are left out, unless there
    are no others. Empty where there is no word at all."""
    words = runs(text)
    telling = [word for word in words if fold(word) not in STOP_WORDS]
    ids = sorted({term for word in telling or words for term in ids_of(word)})
    return np.array(ids[:MOST_TERMS], np.int32)
