from indexer.glossary import Entry, Glossary
from indexer.training.negatives import hard_negatives
from indexer.training.pairs import Pair, PairKind
from tests.fakes import WordEncoder


def entry(term, text, **fields):
    return Entry(term.replace(" ", "-"), term, (text,), **fields)


GLOSSARY = Glossary(
    (
        entry("fear of spiders", "fear of spiders", see_also=("fear of crowds",)),
        entry("fear of crowds", "fear of crowds"),
        entry("fear", "fear"),
        entry("loss of memory", "loss of memory", broader=("loss",)),
        entry("loss", "loss"),
        entry("memory", "memory"),
        entry("sleep", "sleep"),
    ),
    "words",
)


def negative_of(number):
    found = GLOSSARY.entries[number]
    text = found.definitions[0]
    pair = Pair(PairKind.TERM, text, found.term, number, text, (found.term,))
    (negative,) = hard_negatives([pair], GLOSSARY, WordEncoder())
    return negative


def test_a_negative_is_no_title_of_the_entry_nor_of_one_linked_with_it():
    # The nearest others are "fear of crowds", which see-also links, and "fear".
    assert negative_of(0) not in ("fear of spiders", "fear of crowds")
    assert negative_of(1) not in ("fear of crowds", "fear of spiders")


def test_a_broader_term_is_no_negative_either_way():
    assert negative_of(3) not in ("loss of memory", "loss")
    assert negative_of(4) not in ("loss", "loss of memory")


def test_each_pair_gets_one_negative_in_order():
    terms = [entry.term for entry in GLOSSARY.entries]
    pairs = [Pair(PairKind.TERM, term, term, n, term, (term,)) for n, term in enumerate(terms)]
    counts: list[int] = []
    found = hard_negatives(pairs, GLOSSARY, WordEncoder(), counts.append)
    assert len(found) == len(pairs)
    assert all(negative != pair.answer for negative, pair in zip(found, pairs, strict=True))
    assert sum(counts) == len(GLOSSARY.entries) + 2 * len(pairs)
