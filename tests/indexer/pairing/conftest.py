import json

import numpy as np
import pytest

from indexer.encoding import unit_rows
from indexer.glossary import Entry, Glossary
from indexer.overrides import read_overrides
from indexer.pairing import Evidence, Terms, looking
from indexer.related import relate_all, word_vectors


class Material:
    """1,500 entries in 40 groups, some with more rows than one, and words of their group.

    Some have the same term, many of one group, one has a link to what is far away, two have all
    words of a group, and editors have wishes.
    """

    def __init__(self, folder):
        random = np.random.default_rng(11)
        count, groups = 1500, 40
        owners = np.append(np.arange(count), random.integers(0, count, 300))
        self.owners = np.sort(owners).astype("i4")
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
        terms = [f"t{n // 2}" if n < 60 else f"t{n}" for n in range(count)]
        terms[49:1400:40] = ["often"] * len(terms[49:1400:40])
        links = [("e900",), *[()] * (count - 1)]
        entries = zip(terms, links, strict=True)
        self.glossary = Glossary(
            tuple(
                Entry(f"e{n}", term, ("x",), see_also=see) for n, (term, see) in enumerate(entries)
            ),
            title="t",
        )
        rules = [
            {"entry": "e5", "block": [f"e{n}" for n in range(85, 1500, 40)]},
            {"entry": "e6", "pin": ["e77", "e8"]},
            {"entry": "e9", "order": ["e1289", "e1200"]},
        ]
        path = folder / "rules.jsonl"
        path.write_text("".join(json.dumps(rule) + "\n" for rule in rules), encoding="utf-8")
        self.rules = read_overrides(path, self.glossary)

    @property
    def evidence(self):
        starts = np.searchsorted(self.owners, np.arange(len(self.glossary.entries) + 1))
        words, terms = word_vectors(self.stems), Terms.of(self.glossary)
        return Evidence.of(unit_rows(self.rows), starts, words, terms)

    def related(self, **options):
        options = {"most": 20, "overrides": self.rules, **options}
        return relate_all(self.glossary, self.rows, self.owners, self.stems, **options)


@pytest.fixture(scope="session")
def material(tmp_path_factory):
    return Material(tmp_path_factory.mktemp("material"))


@pytest.fixture(scope="session")
def expected(material):
    """The lists when all scores of every pair are at hand for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looking, "_KEPT", 1500)
        return material.related()


def assert_same(found, expected):
    assert found.lists.numbers.tolist() == expected.lists.numbers.tolist()
    for one, other in (
        (found.lists.scores, expected.lists.scores),
        (found.lists.hubness, expected.lists.hubness),
        (found.chance_scores, expected.chance_scores),
    ):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert found.stale == expected.stale
