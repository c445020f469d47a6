"""Texts whose words are as frequent as in a language: few often, most hardly ever."""

from functools import cache

import numpy as np

WORDS_IN_LANGUAGE = 60_000
SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


@cache
def vocabulary() -> np.ndarray:
    rng = np.random.default_rng(3)
    words = ("".join(rng.choice(SYLLABLES, size=rng.integers(2, 5))) for _ in range(200_000))
    return np.array(list(dict.fromkeys(words))[:WORDS_IN_LANGUAGE])


def words(rng: np.random.Generator, count: int) -> list[str]:
    """Draw words by Zipf's law with the exponent 1.07, which English has."""
    ranks = rng.zipf(1.07, size=4 * count)
    chosen: list[str] = vocabulary()[ranks[ranks < WORDS_IN_LANGUAGE][:count]].tolist()
    return chosen


def question(rng: np.random.Generator) -> str:
    """Draw a question of four to eight words, none of them among the most frequent."""
    ranks = rng.integers(200, 8000, size=rng.integers(4, 9))
    return " ".join(vocabulary()[ranks])
