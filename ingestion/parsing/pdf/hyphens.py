"""Tell the hyphens of compounds from those that break a word at the end of a line.

Both look the same. A hyphen stays next to digits, capitals and single letters, in addresses, where
the document writes the compound within a line too, and between two words of the document. Otherwise
the halves are joined, because most hyphens at the end of a line break a word.
"""

import re

MARK = "\ufffe"  # written by PDFium in place of a hyphen and the line's end after it

_MAX_WORDS = 20_000  # remembered of a document
_MAX_WAITING = 100_000  # characters of pages on which no word is broken
_MAX_PART = 60  # characters looked at on each side of a hyphen
_MAX_NOTE = 3_000  # characters of a footnote between the halves of a word

_WORD = r"[^\W\d_]+"
_LAST_WORD = re.compile(f"{_WORD}$")
_FIRST_WORD = re.compile(_WORD)
_AFTER_DIGIT = re.compile(r"-\n(?<=\d-\n)(?=[^\W_])")
_PUNCTUATION = "\"'(\u2018\u201c\u201e\u00ab[{*"

_ADDRESS = re.compile(r"://|www\.|@|_|\w\.\w+/|/.*/")

# A word broken by the end of a column or page, so that a footnote or page number comes between.
_NOTE = re.compile(
    rf"{MARK}((?:\d{{1,3}}|[*†‡§¶]{{1,3}}) ?[A-Z\"“„«][^{MARK}]{{0,{_MAX_NOTE}}}?"
    r"[.!?:;)”\"]) *\n(?=[a-zß-ÿ])([^\W\d_]+[^\w\s-]?) ?"
)

# The same at the end of a page: a footnote, a page number or nothing follows.
_OPEN_END = re.compile(
    rf"{MARK}((?:\d{{1,3}}|[*†‡§¶]{{1,3}})[A-Z\"“„«][^{MARK}]{{0,{_MAX_NOTE}}}"
    r"|\W{0,3}\d{0,4}\W{0,3})\Z"
)
_LAST_SMALL = re.compile(r"(?<![^\W\d_])[^\W\d_]*[a-zß-ÿ]{2}\Z")
_FIRST_SMALL = re.compile(r"\s*(?:\d{1,4}\s*\n\s*)?(?=[a-zß-ÿ]{2})")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# "short- and long-term"
_CONJUNCTIONS = frozenset({"and", "or", "nor", "und", "oder", "sowie"})
_LINKS = frozenset({"of", "the", "to", "in", "on", "by", "and", "or", "a", "an", "up", "de", "la"})

# English words that begin compounds with a hyphen, and hardly ever longer words.
_OF_COMPOUNDS = _words(
    """
    well self ill zero one two three four five six seven eight nine ten twenty thirty forty fifty
    sixty seventy eighty ninety half quarter first second third fourth fifth single double triple
    high low long short large small full part real right left open closed fast slow hard soft light
    heavy early late deep wide narrow cross great state cost user data time
    """
)
# Words that end compounds with a hyphen.
_ENDING_COMPOUNDS = _words(
    """
    based defined driven specific related oriented dependent independent determining sized sided
    shaped coloured colored powered aware friendly resistant proof scale level term wide free known
    """
)
# Second halves of words, such as "high-er", "data-base" and "long-itude".
_OF_ONE_WORD_AFTER = re.compile(
    "(?:e|er|ers|est|ed|en|ens|s|es|ing|ings|ly|ness|ful|less|ity|ships?|ages?|ables?|ible|i[sz]e"
    "|i[sz]ed|i[sz]es|i[sz]ing|ous|ally?|ives?|ions?|ism|ists?|some|like|lights?|lighte[dr]|lines?"
    "|tables?|bases?|sets?|points?|ways?|hand|wards?|cuts?|falls?|lands?|times?|stamps?|outs?|sense"
    "|house|shares?|wares?|town|ten|ty|teen|y|ths?|[st]ions?|ments?|[ea]nces?|[ea]nts?|tain|[st]ory"
    "|ic|ical|itude|ment[a-z]*|tu[a-z]+)"
)
# First halves of English words that are written as one although both halves are words.
_OF_ONE_WORD_BEFORE = _words(
    """
    with some there more over under them every down back fore when what where here through counter
    inter after other super break come work head hand home land life like water fire wood book note
    news week birth stand ground rain moon foot
    """
)


class BrokenWords:
    """Joins the words that are broken at the ends of lines, page by page of a document.

    Remembers the words of the pages so far, up to a limit.
    """

    def __init__(self) -> None:
        self._words: set[str] = set()
        self._before_hyphens: set[str] = set()
        self._waiting: list[str] = []  # texts whose words are needed once a word is broken
        self._waiting_size = 0
        self._open = ""  # the first half of a word that the last page ended with

    def join(self, text: str) -> str:
        """Return a page's text without PDFium's marks."""
        pieces = self._with_open_word(text).split(MARK)
        self._wait(pieces)
        if len(pieces) > 1:
            self._remember()
        joined = [pieces[0]]
        before = _last_part(pieces[0])
        for piece in pieces[1:]:
            after = _first_part(piece)
            hyphen = self._hyphen(before, after)
            before = _last_part(before + hyphen + piece[-_MAX_PART:])
            joined += [hyphen, piece]
        return _AFTER_DIGIT.sub("-", "".join(joined)).replace("\xad", "")

    def _with_open_word(self, text: str) -> str:
        """Join words that are broken by the end of a column or page, and note how a page ends."""
        if self._open and (start := _FIRST_SMALL.match(text)):
            text = f"{self._open}{MARK}{text[start.end() :]}"
        self._open = ""
        if text[-1:] == "-" and text[-2:-1].isalpha():
            text = text[:-1] + MARK
        if MARK not in text:
            return text
        text = _NOTE.sub(_after_word, text)
        end = text.rfind(MARK)
        rest = _OPEN_END.match(text, max(0, end))
        word = _LAST_SMALL.search(text[max(0, end - _MAX_PART) : max(0, end)])
        if rest and word:
            self._open = word[0]
            text = f"{text[:end]}-\n{rest[1].strip()}"
        return text

    def _wait(self, pieces: list[str]) -> None:
        """Keep a page's text, without the halves of its broken words."""
        if self._waiting_size >= _MAX_WAITING or len(self._words) >= _MAX_WORDS:
            return
        last = len(pieces) - 1
        for place, piece in enumerate(pieces):
            start = len(_first_part(piece)) if place else 0
            end = len(piece) - (len(_last_part(piece)) if place < last else 0)
            self._waiting.append(piece[start : min(end, start + _MAX_WAITING)])
        self._waiting_size += sum(map(len, pieces))

    def _remember(self) -> None:
        new = set(" ".join(self._waiting).lower().split()) - self._words
        self._words |= new
        self._before_hyphens.update(
            word.lstrip(_PUNCTUATION).split("-")[0] for word in new if "-" in word
        )
        self._waiting, self._waiting_size = [], 0

    def _is_word(self, word: str) -> bool:
        """Return whether the document has a word, alone or before a punctuation mark."""
        words = self._words
        return word in words or f"{word}," in words or f"{word}." in words

    def _hyphen(self, before: str, after: str) -> str:
        """Return the hyphen between two parts of a word, or nothing if they are one word."""
        found, continued = _LAST_WORD.search(before), _FIRST_WORD.match(after)
        if not found or not continued or _ADDRESS.search(before) or "@" in after:
            return "-"
        left, right = found[0], continued[0]
        whole = (left + right).lower()
        compound = f"{left}-{right}".lower()
        in_compound = before[-len(left) - 1 : -len(left)] in ("-", "\u2010", "\u2011")
        tail = after[len(right) : len(right) + 1]
        is_symbol = tail.isdigit() and len(right) < 3
        if len(left) == 1 or is_symbol or before[-len(left) - 1 : -len(left)].isdigit():
            return "-"
        if not right.islower():
            is_capitals = left.isupper() and right.isupper() and len(whole) >= 8
            return "" if is_capitals and not self._is_word(compound) else "-"
        if left.isupper():
            return "-"
        if self._is_word(whole):
            return ""
        if right in _CONJUNCTIONS and after == right:
            return "- "
        if (
            self._is_word(compound)
            or (in_compound and (left in _LINKS or right == "old" or self._is_word(left.lower())))
            or (tail == "-" and right in _LINKS)
            or self._are_words(left.lower(), right)
        ):
            return "-"
        return ""

    def _are_words(self, left: str, right: str) -> bool:
        if _OF_ONE_WORD_AFTER.fullmatch(right):
            return False
        if left in _OF_COMPOUNDS:
            return True
        if len(left) >= 4 and right in _ENDING_COMPOUNDS:
            return True
        if len(left) < 4 or left in _OF_ONE_WORD_BEFORE:
            return False
        is_word = len(right) >= 4 and self._is_word(right)
        return left in self._before_hyphens or (is_word and self._is_word(left))


def _after_word(note: re.Match[str]) -> str:
    """Return a footnote after the word that it interrupts."""
    is_word = _LAST_SMALL.search(note.string[max(0, note.start() - _MAX_PART) : note.start()])
    return f"{note[2]}\n{note[1]}\n" if is_word else note[0]


def _first_part(text: str) -> str:
    """Return the beginning of a text up to the first space."""
    start = text[:_MAX_PART]
    return start.split(None, 1)[0] if start and not start[0].isspace() else ""


def _last_part(text: str) -> str:
    """Return the end of a text after the last space."""
    end = text[-_MAX_PART:]
    return end.rsplit(None, 1)[-1] if end and not end[-1].isspace() else ""
