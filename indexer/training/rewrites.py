"""What people type for a definition: shorter, without small words, as a question. Made by rules."""

import re
from random import Random

from indexer.lexical import is_stop_word

# A definition's first clause ends here; what follows explains or limits it.
_CLAUSE_END = re.compile(r"\s*[;:.]\s+|\s*,\s+(?:which|who|where|such|especially|usually|often)\b")
_BRACKETS = re.compile(r"\s*\([^)]*\)|\s*\[[^\]]*\]")
_SHORTEST, _LONGEST_KEYWORDS, _LONGEST_TYPED = 3, 7, 14
_DROPPED = 0.15
_QUESTIONS = (
    "what is the word for {}",
    "word for {}",
    "what do you call {}",
    "what is it called: {}",
    "term for {}",
    "the name for {}",
    "what means {}",
    "looking for the term: {}",
)


def typed(text: str, random: Random) -> str:
    """Turn a definition into one of the ways in which a person might type it.

    Args:
        text: One definition.
        random: Chooses the way and the words; the same state gives the same text.
    """
    plain = _plain(text)
    return random.choice((_keywords, _first_clause, _with_gaps, _question))(plain, random)


def _plain(text: str) -> str:
    return " ".join(_BRACKETS.sub("", text).lower().split()).rstrip(" .;:,") or text


def _keywords(text: str, random: Random) -> str:
    words = re.findall(r"[\w'-]+", text)
    kept = [word for word in words if not is_stop_word(word)]
    if len(kept) < _SHORTEST:
        return text
    wanted = random.randint(_SHORTEST, _LONGEST_KEYWORDS)
    places = sorted(random.sample(range(len(kept)), min(wanted, len(kept))))
    return " ".join(kept[place] for place in places)


def _first_clause(text: str, random: Random) -> str:
    clause = _CLAUSE_END.split(text, maxsplit=1)[0]
    words = clause.split()
    if len(words) < _SHORTEST:
        words = text.split()
    return " ".join(words[: random.randint(_LONGEST_TYPED // 2, _LONGEST_TYPED)])


def _with_gaps(text: str, random: Random) -> str:
    words = text.split()
    kept = [word for word in words if random.random() >= _DROPPED]
    return " ".join(kept) if len(kept) >= _SHORTEST else text


def _question(text: str, random: Random) -> str:
    return random.choice(_QUESTIONS).format(_first_clause(text, random))
