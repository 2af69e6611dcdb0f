import numpy as np
import pytest

from indexer.encoding import unit_rows
from indexer.glossary import Entry, Glossary
from indexer.pairing import Evidence, Terms
from indexer.related import word_vectors


class Material:
    """1,500 entries in 40 groups, some with more rows than one, and words of their group.

    Some have the same term, one has a link to what is far away, and two have all words of a group.
    """

    def __init__(self):
        random = np.random.default_rng(11)
        count, groups = 1500, 40
        self.owners = np.sort(np.append(np.arange(count), random.integers(0, count, 300)))
        centres = random.normal(size=(groups, 32))
        rows = centres[self.owners % groups] + random.normal(size=(len(self.owners), 32))
        rows *= random.uniform(0.1, 5, (len(rows), 1))
        self.rows = rows.astype("f4")
        self.stems = [
            [f"w{group % groups}-{word}" for word in random.integers(0, 12, size=4)]
            + [f"w{word}" for word in random.zipf(1.6, size=3) % 500]
            for group in range(count)
        ]
        self.stems[7] = self.stems[8] = [f"w3-{word}" for word in range(12)]
        self.glossary = Glossary(
            tuple(
                Entry(f"e{n}", f"t{n // 2 if n < 60 else n}", ("x",), see_also=links)
                for n, links in enumerate([("e900",), *[()] * (count - 1)])
            ),
            title="t",
        )

    @property
    def evidence(self):
        starts = np.searchsorted(self.owners, np.arange(len(self.glossary.entries) + 1))
        words, terms = word_vectors(self.stems), Terms.of(self.glossary)
        return Evidence.of(unit_rows(self.rows), starts, words, terms)


@pytest.fixture(scope="session")
def material():
    return Material()
