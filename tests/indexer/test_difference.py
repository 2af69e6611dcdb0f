"""What changed between two snapshots, why, and how much."""

from dataclasses import replace

import pytest

from indexer.build import build
from indexer.difference import Reason, churn, difference
from indexer.errors import BadSnapshotError
from indexer.glossary import Entry, Glossary
from indexer.overrides import Arrangement, Overrides
from indexer.snapshot import open_current, open_named
from tests.fakes import Prepared, WordEncoder

# Each has one word of the fake encoder's, so that those of one word are close and others are not;
# lists of one or two items can be told from them.
WORDS = {"a": "fear", "b": "fear", "c": "fear", "d": "sleep", "e": "sleep", "f": "sleep"}


def glossary(**changed):
    words = {**WORDS, **changed}
    entries = tuple(
        Entry(one, f"Term {one}", (f"Of {word}.",)) for one, word in words.items() if word
    )
    return Glossary(entries, title="Letters")


@pytest.fixture
def opened(tmp_path):
    """Build a glossary and open its snapshot."""

    def make(name, built, *, overrides=None, encoder=None):
        prepare = Prepared(encoder or WordEncoder())
        build(built, tmp_path / name, overrides=overrides, prepare=prepare)
        return open_current(tmp_path / name)

    return make


def reasons(found):
    """The items that came (+) and left (-) of each list, with their reasons."""
    return {
        one.entry.id: {
            **{f"+{item.entry.id}": item.reason for item in one.came},
            **{f"-{item.entry.id}": item.reason for item in one.left},
        }
        for one in found.lists
    }


def test_nothing_changed_is_no_difference(opened):
    found = difference(opened("one", glossary()), opened("other", glossary()))
    assert (found.added, found.removed, found.changed, found.lists) == ((), (), (), ())
    assert (found.churn, found.reordered, found.compared) == (0.0, 0, 6)


def test_terms_added_removed_and_changed_are_told_with_their_fields(opened):
    before = glossary(g="water")
    entries = [
        replace(entry, aliases=("Other a",), category="Letters") if entry.id == "a" else entry
        for entry in glossary(h="water").entries
    ]
    found = difference(
        opened("one", before), opened("other", Glossary(tuple(entries), title="Letters"))
    )
    assert [entry.id for entry in found.added] == ["h"]
    assert [entry.id for entry in found.removed] == ["g"]
    assert [(one.entry.id, one.fields) for one in found.changed] == [("a", ("aliases", "category"))]
    assert found.compared == 6


def test_an_entry_that_means_something_else_changes_its_list_and_those_of_others(opened):
    """What was of fear is of sleep, and the first of those in the order of entries."""
    found = difference(opened("one", glossary()), opened("other", glossary(c="sleep")), limit=2)
    assert reasons(found)["d"] == {"+c": Reason.NEIGHBOUR, "-f": Reason.NEIGHBOUR}
    assert reasons(found)["c"] == {
        "+d": Reason.ENTRY, "+e": Reason.ENTRY, "-a": Reason.ENTRY, "-b": Reason.ENTRY,
    }  # fmt: skip


def test_new_and_removed_neighbours_are_told_and_what_took_or_gave_place(opened):
    small, large = opened("one", glossary(c="")), opened("other", glossary())
    grown, shrunk = difference(small, large, limit=2), difference(large, small, limit=2)
    came = reasons(grown)["a"]
    assert came["+c"] is Reason.ADDED
    assert {*came.values()} == {Reason.ADDED}
    left = reasons(shrunk)["a"]
    assert left["-c"] is Reason.REMOVED
    assert {*left.values()} == {Reason.REMOVED}
    assert len(left) == len(came) == 2


def test_another_encoder_is_told_once_and_for_its_lists(opened):
    class Turned(WordEncoder):
        def encode_documents(self, texts, progress=None):
            return super().encode_documents([text[::-1] for text in texts], progress)

    before, after = opened("one", glossary()), opened("other", glossary(), encoder=Turned("turned"))
    found = difference(before, after, limit=2)
    assert found.other_encoder
    assert {reason for one in reasons(found).values() for reason in one.values()} <= {
        Reason.ENCODER
    }


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Arrangement(pins=(3,)), {"+d": Reason.OVERRIDE, "-c": Reason.OVERRIDE}),
        (Arrangement(blocks=(1,)), {"-b": Reason.OVERRIDE}),
        (Arrangement(order=(5,)), {"+f": Reason.OVERRIDE, "-c": Reason.OVERRIDE}),
        (Arrangement(cap=1), {"-c": Reason.OVERRIDE}),
    ],
)
def test_overrides_are_told_and_what_they_moved(opened, wanted, expected):
    before = opened("one", glossary())
    lines: dict[tuple[int, str, int | None], str]
    lines = {(0, "block", 1): "rules:1", (0, "order", 5): "rules:1"}
    overrides = Overrides({0: wanted}, lines=lines)
    after = opened("other", glossary(), overrides=overrides)
    there = difference(before, after, limit=2)
    assert list(reasons(there)) == ["a"]
    assert reasons(there)["a"].items() >= expected.items()
    assert {*reasons(there)["a"].values()} == {Reason.OVERRIDE}
    back = difference(after, before, limit=2)
    assert {*reasons(back)["a"].values()} == {Reason.OVERRIDE}


def test_scores_that_moved_by_others_are_the_reason_left(opened):
    """Many entries of fear and sleep together make shared words of both common: hubs move."""
    before = glossary(a="fear sleep", b="fear", c="fear", d="sleep")
    after = glossary(a="fear sleep", b="fear", c="fear", d="sleep", g="fear", h="fear water")
    found = difference(opened("one", before), opened("other", after), limit=3)
    told = {reason for one in reasons(found).values() for reason in one.values()}
    assert told <= {Reason.ADDED, Reason.SCORES}


def test_an_order_of_the_same_items_is_no_churn(opened):
    overrides = Overrides({0: Arrangement(order=(2,))}, lines={(0, "order", 2): "rules:1"})
    found = difference(
        opened("one", glossary()), opened("other", glossary(), overrides=overrides), limit=2
    )
    assert (found.reordered, found.lists, found.churn) == (1, (), 0.0)


def test_churn_is_the_share_of_items_that_changed_over_the_entries_of_both():
    before = {"a": ("b", "c"), "b": ("a", "c"), "gone": ("a",)}
    after = {"a": ("c", "d"), "b": ("c", "a"), "new": ("a",)}
    # One of two items of "a" is replaced, of four in all.
    assert churn(before, after) == pytest.approx(1 / 4)
    assert churn(before, {"new": ("a",)}) == 0.0
    assert churn({"a": ()}, {"a": ()}) == 0.0
    assert churn({"a": ("b",)}, {"a": ()}) == 1.0


def test_a_build_above_the_churn_waits_beside_the_live_one(tmp_path):
    def publish(built, most):
        prepare = Prepared(WordEncoder())
        return build(built, tmp_path / "index", prepare=prepare, max_churn=most)

    first = publish(glossary(), 0.0)
    assert (first.published, first.churn) == (True, None)
    # A list of ten holds all five others, so that only what is gone changes: of 5 x 5 + 5 x 4
    # items of the five that stay, 5 are gone.
    second = publish(glossary(c=""), 0.11)
    assert (second.published, second.churn) == (False, pytest.approx(5 / 45))
    assert open_current(tmp_path / "index").name == first.snapshot
    assert len(open_named(tmp_path / "index", second.snapshot).entries) == 5
    third = publish(glossary(c=""), 0.12)
    assert third.published
    assert open_current(tmp_path / "index").name == third.snapshot


def test_a_live_snapshot_that_cannot_be_compared_stays_when_churn_is_limited(tmp_path):
    index, prepare = tmp_path / "index", Prepared(WordEncoder())
    first = build(glossary(), index, prepare=prepare)
    (index / first.snapshot / "entries.jsonl").unlink()
    waits = build(glossary(), index, prepare=prepare, max_churn=1.0)
    assert (waits.published, waits.churn) == (False, None)
    assert (index / "current").read_text().strip() == first.snapshot
    assert build(glossary(), index, prepare=prepare).published


def test_a_snapshot_is_opened_by_its_name_only(tmp_path):
    with pytest.raises(BadSnapshotError, match=r"has no snapshot '\.\./x'; there are: none"):
        open_named(tmp_path, "../x")
