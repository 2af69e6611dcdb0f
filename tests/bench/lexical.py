"""Compare engines for BM25 over "term, aliases, definition": FTS5, bm25s, tantivy, plain numpy.

``python -m tests.bench.lexical --wordnet FILE.jsonl.gz [--descriptions FILE.jsonl]``

Documents are a fixed shuffle of the entries; beyond their number, copies with words dropped and
shuffled, which share the original's vocabulary: posting lists grow with the size, as at worst.
Every engine gets the same text, already reduced to lower-case words without accents, and queries
without stop words; it is asked for its best 100 documents by any of the words.

Queries are 200 definitions of which a third of the words is dropped (acc@1, acc@10: their own
entry, or a copy of it, stands first, or in the first ten) and the descriptions (desc@10: an entry
with the right title stands in the first ten). agree@10 is the share of an engine's first ten that
score no less than the tenth of a judge: at up to 1,000 documents a BM25 written down naively, above
that the exhaustive plain index, which this judge has checked. Stemming rightly lowers it.

Building and asking run in processes of their own, asking on one thread. Times are medians over the
rounds of each round's p50 and p99; a slow engine answers as many queries as fit into ``--seconds``,
and ``n`` says how many. Memory is what opening and one round added to a process that had numpy:
all of it, and the part that is private, which several processes cannot share.
"""

import argparse
import gzip
import importlib
import importlib.util
import json
import math
import os
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.glossary import title_key

K1, B = 1.2, 0.75
LIMIT = 100
MIB = 2**20
NAIVE_JUDGE_UP_TO = 1000
_STOP_WORDS = """
    a about after again all also although am an and any are as at be because been before being
    between both but by can could did do does doing done down during each either else etc ever few
    for from further had has have having he her here hers him his how i if in into is it its itself
    just may me might more most much must my no nor not of off on once one only onto or other our
    out over own s same shall she should so some such t than that the their them then there these
    they this those through to too under until up upon us use used usually very was we were what
    when where whether which while who whom whose why will with within without would you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

Ask = Callable[[str], list[int]]
Stem = Callable[[str], str]
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document:
    """What is indexed: lower-case words, and the number of the entry it was made from."""

    text: str
    origin: int


@dataclass(frozen=True, slots=True)
class Query:
    """A text, the origins that answer it, and whether it is a description by a person."""

    text: str
    wanted: frozenset[int]
    described: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What one process measured, and the first ten documents for each query answered."""

    open_ms: float
    resident: float
    private: float
    p50: float
    p99: float
    top: list[list[int]]


class Engine(Protocol):
    """A way to index lines of words and to ask for them."""

    @property
    def label(self) -> str:
        """Names it in the table."""
        ...

    @property
    def index(self) -> str:
        """Names what it builds: engines of equal index share it."""
        ...

    def build(self, folder: Path, texts: Path) -> None:
        """Index a file of one document per line."""
        ...

    def open(self, folder: Path) -> Ask:
        """Return the function that gives the numbers of the best documents, best first."""
        ...


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", title_key(text))


def query_words(text: str) -> list[str]:
    """Return the words worth asking for, each once."""
    return [word for word in dict.fromkeys(text.split()) if word not in STOP_WORDS]


def lines_of(texts: Path) -> Iterator[str]:
    with texts.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")


def as_is(word: str) -> str:
    return word


def singular(word: str) -> str:
    """Take a plural's ending off: Harman's "s" stemmer, all that three rules can do."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1]


def snowball() -> Stem:
    stem: Stem = importlib.import_module("Stemmer").Stemmer("english").stemWord
    return stem


STEMMERS: dict[str, Callable[[], Stem]] = {
    "": lambda: as_is,
    "s-stem": lambda: singular,
    "snowball": snowball,
}


@dataclass(frozen=True, slots=True)
class Fts5:
    """SQLite's full-text index, in one table; ``rarest`` asks for so many of the words only."""

    porter: bool = True
    options: tuple[str, ...] = ()
    rarest: int | None = None

    @property
    def index(self) -> str:
        return " ".join(("fts5", *(["porter"] if self.porter else []), *self.options))

    @property
    def label(self) -> str:
        return self.index + (f", rarest {self.rarest}" if self.rarest else "")

    def build(self, folder: Path, texts: Path) -> None:
        tokenizer = "porter unicode61" if self.porter else "unicode61"
        settings = ", ".join(("text", f"tokenize='{tokenizer}'", *self.options))
        counts: Counter[str] = Counter()
        with closing(sqlite3.connect(folder / "index.sqlite")) as base:
            base.execute("PRAGMA journal_mode = OFF")
            base.execute("PRAGMA synchronous = OFF")
            base.execute(f"CREATE VIRTUAL TABLE docs USING fts5({settings})")
            for number, text in enumerate(lines_of(texts)):
                base.execute("INSERT INTO docs(rowid, text) VALUES (?, ?)", (number, text))
                counts.update(set(text.split()))
            base.execute("INSERT INTO docs(docs) VALUES ('optimize')")
            base.execute("CREATE TABLE words(word TEXT PRIMARY KEY, docs INT) WITHOUT ROWID")
            base.executemany("INSERT INTO words VALUES (?, ?)", counts.items())
            base.commit()

    def open(self, folder: Path) -> Ask:
        file = (folder / "index.sqlite").resolve().as_uri()
        base = sqlite3.connect(f"{file}?mode=ro&immutable=1", uri=True)
        base.execute(f"PRAGMA mmap_size = {2**33}")

        def frequency(word: str) -> int:
            found = base.execute("SELECT docs FROM words WHERE word = ?", (word,)).fetchone()
            return int(found[0]) if found else 0

        def ask(text: str) -> list[int]:
            words = query_words(text)
            if self.rarest:
                known = [(count, word) for word in words if (count := frequency(word))]
                words = [word for _, word in sorted(known)[: self.rarest]]
            if not words:
                return []
            rows = base.execute(
                "SELECT rowid FROM docs WHERE docs MATCH ? ORDER BY rank LIMIT ?",
                (" OR ".join(f'"{word}"' for word in words), LIMIT),
            )
            return [row[0] for row in rows]

        return ask


@dataclass(frozen=True, slots=True)
class Bm25s:
    """The bm25s package with its numpy backend, memory-mapped."""

    stemmer: str = ""

    @property
    def index(self) -> str:
        return f"bm25s {self.stemmer}".rstrip()

    @property
    def label(self) -> str:
        return self.index

    def build(self, folder: Path, texts: Path) -> None:
        bm25s = importlib.import_module("bm25s")
        stem = STEMMERS[self.stemmer]()
        model = bm25s.BM25(k1=K1, b=B, method="lucene", backend="numpy")
        corpus = [[stem(word) for word in text.split()] for text in lines_of(texts)]
        model.index(corpus, show_progress=False)
        model.save(folder, show_progress=False)

    def open(self, folder: Path) -> Ask:
        bm25s = importlib.import_module("bm25s")
        stem = STEMMERS[self.stemmer]()
        model = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        limit = min(LIMIT, int(model.scores["num_docs"]))

        def ask(text: str) -> list[int]:
            words = list(dict.fromkeys(map(stem, query_words(text))))
            found = model.retrieve(
                [words], k=limit, show_progress=False, n_threads=0, backend_selection="numpy"
            )
            # It fills up with documents that have none of the words.
            pairs = zip(found.documents[0], found.scores[0], strict=True)
            return [int(number) for number, score in pairs if score > 0]

        return ask


@dataclass(frozen=True, slots=True)
class Tantivy:
    """The Rust library's binding: one segment, so that one thread meets one list per word."""

    stemmed: bool = False

    @property
    def index(self) -> str:
        return "tantivy en_stem" if self.stemmed else "tantivy"

    @property
    def label(self) -> str:
        return self.index

    def build(self, folder: Path, texts: Path) -> None:
        tantivy = importlib.import_module("tantivy")
        tokenizer = "en_stem" if self.stemmed else "default"
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("text", tokenizer_name=tokenizer, index_option="freq")
        schema.add_unsigned_field("number", fast=True)
        index = tantivy.Index(schema.build(), path=str(folder))
        writer = index.writer(heap_size=10**9, num_threads=1)
        for number, text in enumerate(lines_of(texts)):
            document = tantivy.Document()
            document.add_text("text", text)
            document.add_unsigned("number", number)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> Ask:
        tantivy = importlib.import_module("tantivy")
        index = tantivy.Index.open(str(folder))
        searcher = index.searcher()

        def ask(text: str) -> list[int]:
            query = index.parse_query(" ".join(query_words(text)), ["text"])
            # Counting would keep it from skipping blocks that cannot win.
            hits = searcher.search(query, limit=LIMIT, count=False).hits
            numbers = searcher.fast_field_values("number", [place for _, place in hits])
            return [int(number) for number in numbers]

        return ask


@dataclass(frozen=True, slots=True)
class Term:
    """A word's postings, its weight in a score, and the most it can add to one."""

    docs: NDArray[np.int32]
    impacts: NDArray[Any]
    weight: float
    most: float


class PlainIndex:
    """Inverted lists in memory-mapped arrays. Scores are summed in place: one per thread."""

    def __init__(self, folder: Path) -> None:
        self._hashes = np.load(folder / "hashes.npy")
        self._starts = np.load(folder / "starts.npy")
        self._weights = np.load(folder / "weights.npy")
        self._most = np.load(folder / "most.npy")
        self._docs = np.load(folder / "docs.npy", mmap_mode="r")
        self._impacts = np.load(folder / "impacts.npy", mmap_mode="r")
        self.scores = np.zeros(int(np.load(folder / "count.npy")), dtype=np.float32)

    def terms(self, words: Iterable[str]) -> list[Term]:
        """Return the words that occur, those that can add most to a score first."""
        terms = []
        for word in words:
            wanted = word_hash(word)
            row = int(np.searchsorted(self._hashes, np.uint64(wanted)))
            if row == len(self._hashes) or int(self._hashes[row]) != wanted:
                continue
            part = slice(int(self._starts[row]), int(self._starts[row + 1]))
            weight, most = float(self._weights[row]), float(self._most[row])
            terms.append(Term(self._docs[part], self._impacts[part], weight, most))
        return sorted(terms, key=lambda term: -term.most)

    def add(self, term: Term) -> NDArray[np.int32]:
        """Add a word's impacts to the scores and return the documents that had none before."""
        before = self.scores[term.docs]
        added = term.impacts.astype(np.float32)
        added *= np.float32(term.weight)
        self.scores[term.docs] = before + added
        met_now: NDArray[np.int32] = term.docs[before == 0]
        return met_now

    def best(self, terms: Sequence[Term], *, prune: bool) -> list[int]:
        """Return the best documents, equal scores by number."""
        touched: NDArray[np.int32] = np.empty(0, dtype=np.int32)
        for place, term in enumerate(terms):
            rest = sum(later.most for later in terms[place:])
            # MaxScore: once the words left cannot lift a new document into the best, only
            # documents already met, and near enough, are worth looking up in their lists.
            if prune and (cut := kth_best(self.scores[touched])) > rest:
                near = np.sort(touched[self.scores[touched] + np.float32(rest) >= cut])
                self._add_to(near, terms[place:])
                best = self._ranked(near)
                break
            touched = np.concatenate((touched, self.add(term)))
        else:
            best = self._ranked(touched)
        self.scores[touched] = 0
        return best

    def _add_to(self, docs: NDArray[np.int32], terms: Iterable[Term]) -> None:
        for term in terms:
            places = np.searchsorted(term.docs, docs)
            places[places == len(term.docs)] = 0
            places = places[term.docs[places] == docs]
            self.add(Term(term.docs[places], term.impacts[places], term.weight, term.most))

    def _ranked(self, docs: NDArray[np.int32]) -> list[int]:
        docs = docs[self.scores[docs] >= kth_best(self.scores[docs])]
        numbers: list[int] = docs[np.lexsort((docs, -self.scores[docs]))][:LIMIT].tolist()
        return numbers


def kth_best(scores: NDArray[np.float32]) -> float:
    """Return the score of the last that is asked for, 0 if there are fewer."""
    if len(scores) < LIMIT:
        return 0.0
    return float(np.partition(scores, len(scores) - LIMIT)[len(scores) - LIMIT])


def word_hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Plain:
    """Inverted lists as numpy arrays: each word's documents, and what it adds to their score."""

    small: bool = True
    prune: bool = True
    stemmer: str = ""
    rarest: int | None = None

    @property
    def index(self) -> str:
        return f"plain {'uint8' if self.small else 'float32'} {self.stemmer}".rstrip()

    @property
    def label(self) -> str:
        how = ", pruned" if self.prune else ", exhaustive"
        return self.index + (f", rarest {self.rarest}" if self.rarest else how)

    def build(self, folder: Path, texts: Path) -> None:
        stem = STEMMERS[self.stemmer]()
        numbers: dict[str, int] = {}
        known: dict[str, int] = {}
        terms, docs, times, lengths = array("i"), array("i"), array("i"), array("i")
        for number, text in enumerate(lines_of(texts)):
            words = text.split()
            lengths.append(len(words))
            counts: Counter[int] = Counter()
            for word in words:
                if word in STOP_WORDS:
                    continue
                if (row := known.get(word)) is None:
                    row = known[word] = numbers.setdefault(stem(word), len(numbers))
                counts[row] += 1
            terms.extend(counts.keys())
            times.extend(counts.values())
            docs.extend([number] * len(counts))
        hashes = np.array([word_hash(word) for word in numbers], dtype=np.uint64)
        order = np.argsort(hashes)
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        rows = place[np.frombuffer(terms, dtype=np.int32)]
        by_row = np.argsort(rows, kind="stable")
        found = np.bincount(rows, minlength=len(order))
        starts = np.concatenate(([0], np.cumsum(found)))
        sizes = np.frombuffer(lengths, dtype=np.int32)
        places = np.frombuffer(docs, dtype=np.int32)[by_row]
        often = np.frombuffer(times, dtype=np.int32)[by_row].astype(np.float32)
        damped = K1 * (1 - B + B * sizes / sizes.mean())
        impacts = (often / (often + damped[places])).astype(np.float32)
        weights = np.log(1 + (len(sizes) - found + 0.5) / (found + 0.5))
        if self.small:
            # An impact is below 1; none may round to 0, which would mean "not met yet".
            impacts = np.maximum(np.rint(impacts * 255), 1).astype(np.uint8)
            weights = weights / 255
        most = np.maximum.reduceat(impacts, starts[:-1]) * weights
        np.save(folder / "hashes.npy", hashes[order])
        np.save(folder / "starts.npy", starts)
        np.save(folder / "weights.npy", weights.astype(np.float32))
        np.save(folder / "most.npy", most.astype(np.float32))
        np.save(folder / "docs.npy", places)
        np.save(folder / "impacts.npy", impacts)
        np.save(folder / "count.npy", len(sizes))

    def open(self, folder: Path) -> Ask:
        plain = PlainIndex(folder)
        stem = STEMMERS[self.stemmer]()

        def ask(text: str) -> list[int]:
            terms = plain.terms(dict.fromkeys(map(stem, query_words(text))))
            if self.rarest:
                terms = sorted(terms, key=lambda term: len(term.docs))[: self.rarest]
            return plain.best(terms, prune=self.prune)

        return ask


JUDGE = Plain(small=False, prune=False)


def engines() -> list[Engine]:
    """List what is compared, leaving out what is not installed."""
    stemmed = importlib.util.find_spec("Stemmer") is not None
    found: list[Engine] = [
        Fts5(),
        Fts5(porter=False),
        Fts5(options=("detail=column",)),
        Fts5(options=("detail=none",)),
        Fts5(options=("columnsize=0",)),
        Fts5(options=("content=''",)),
        Fts5(options=("content=''", "detail=none")),
        Fts5(options=("content=''", "columnsize=0")),
        Fts5(options=("content=''",), rarest=3),
        Fts5(options=("content=''",), rarest=5),
        JUDGE,
        Plain(small=False),
        Plain(prune=False),
        Plain(),
        Plain(rarest=5),
        Plain(stemmer="s-stem"),
    ]
    if stemmed:
        found.append(Plain(stemmer="snowball"))
    if importlib.util.find_spec("bm25s"):
        found.append(Bm25s())
        found += [Bm25s(stemmer="snowball")] if stemmed else []
    if importlib.util.find_spec("tantivy"):
        found += [Tantivy(), Tantivy(stemmed=True)]
    return found


def build(engine: Engine, folder: Path, texts: Path) -> float:
    """Return the seconds taken."""
    folder.mkdir()
    start = time.perf_counter()
    engine.build(folder, texts)
    return time.perf_counter() - start


def ask(engine: Engine, folder: Path, queries: list[str], seconds: float) -> Asked:
    """Ask every query, in rounds, until the time is up; at most five rounds after the first."""
    before = memory()
    start = time.perf_counter()
    answer = engine.open(folder)
    open_ms = (time.perf_counter() - start) * 1000
    end = time.perf_counter() + seconds
    top: list[list[int]] = []
    first: list[float] = []
    for query in queries:
        start = time.perf_counter()
        found = answer(query)
        first.append((time.perf_counter() - start) * 1000)
        top.append(found[:10])
        if time.perf_counter() > end:
            break
    after = memory()
    rounds: list[list[float]] = []
    while len(rounds) < 5 and time.perf_counter() + sum(first) / 1000 < end:
        taken = []
        for query in queries:
            start = time.perf_counter()
            answer(query)
            taken.append((time.perf_counter() - start) * 1000)
        rounds.append(taken)
    # The first round reads the files; it counts only where there was time for no other.
    p50, p99 = (
        statistics.median(float(np.percentile(taken, share)) for taken in rounds or [first])
        for share in (50, 99)
    )
    resident, private = (now - then for now, then in zip(after, before, strict=True))
    return Asked(open_ms, resident, private, p50, p99, top)


def memory() -> tuple[float, float]:
    """Return this process's resident and private MiB, not-a-number where the system hides them."""
    status = Path("/proc/self/status")
    if not status.exists():
        return math.nan, math.nan
    values = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    resident, private = (int(values[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))
    return resident, private


def read_entries(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def make_documents(entries: Sequence[dict[str, Any]]) -> Iterator[Document]:
    """Yield each entry's document, then copies of them without end."""
    rng = random.Random(0)  # noqa: S311  a fixed seed is the point
    texts = [
        words_of(" ".join([entry["term"], *entry["aliases"], entry["definition"]]))
        for entry in entries
    ]
    for origin, words in enumerate(texts):
        yield Document(" ".join(words), origin)
    while True:
        for origin, words in enumerate(texts):
            kept = [word for word in words if rng.random() > 0.2] or words[:]
            rng.shuffle(kept)
            yield Document(" ".join(kept), origin)


def make_queries(entries: Sequence[dict[str, Any]], descriptions: Path | None) -> list[Query]:
    """Return them in mixed order, so that those an engine has time for are a fair sample."""
    rng = random.Random(1)  # noqa: S311  a fixed seed is the point
    queries = []
    long_enough = [
        origin
        for origin, entry in enumerate(entries)
        if len(query_words(" ".join(words_of(entry["definition"])))) >= 3
    ]
    for origin in rng.sample(long_enough, min(200, len(long_enough))):
        words = words_of(entries[origin]["definition"])
        kept = sorted(rng.sample(range(len(words)), len(words) - len(words) // 3))
        text = " ".join(words[place] for place in kept)
        queries.append(Query(text, frozenset([origin]), described=False))
    if descriptions:
        titles: dict[str, set[int]] = {}
        for origin, entry in enumerate(entries):
            for title in (entry["term"], *entry["aliases"]):
                titles.setdefault(title_key(title), set()).add(origin)
        for line in descriptions.read_text(encoding="utf-8").rstrip("\n").split("\n"):
            row = json.loads(line)
            wanted = frozenset(titles.get(title_key(row["answer"]), ()))
            queries.append(Query(" ".join(words_of(row["query"])), wanted, described=True))
    rng.shuffle(queries)
    return queries


def naive_judge(texts: Path) -> Callable[[str], NDArray[np.float64]]:
    """Return BM25 as it stands in a textbook, document by document."""
    counts = [Counter(text.split()) for text in lines_of(texts)]
    mean = sum(map(Counter.total, counts)) / len(counts)
    found = Counter(word for count in counts for word in count)

    def score(words: Sequence[str], count: Counter[str]) -> float:
        total = 0.0
        for word in words:
            if often := count[word]:
                rare = math.log(1 + (len(counts) - found[word] + 0.5) / (found[word] + 0.5))
                total += rare * often / (often + K1 * (1 - B + B * count.total() / mean))
        return total

    return lambda text: np.array([score(query_words(text), count) for count in counts])


def plain_judge(folder: Path) -> Callable[[str], NDArray[np.float64]]:
    plain = PlainIndex(folder)

    def judge(text: str) -> NDArray[np.float64]:
        plain.scores[:] = 0
        for term in plain.terms(query_words(text)):
            plain.add(term)
        return plain.scores.astype(np.float64)

    return judge


def agreement(top: Sequence[int], scores: NDArray[np.float64]) -> float:
    """Return the share of the judge's ten best that was found, equals being interchangeable."""
    wanted = min(10, int(np.count_nonzero(scores)))
    if wanted == 0:
        return 1.0
    tenth = float(np.partition(scores, len(scores) - wanted)[len(scores) - wanted])
    return sum(float(scores[number]) >= tenth * (1 - 1e-5) for number in set(top)) / wanted


def share(hits: Iterable[bool]) -> float:
    """Return how many of them are true, not-a-number for none at all."""
    counted = list(hits)
    return sum(counted) / len(counted) if counted else math.nan


def run_alone(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function in a fresh process that has loaded nothing but this file."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *args, **kwargs).result()


class Bench:
    """One size: its documents on disk, and a row for each engine."""

    def __init__(
        self, folder: Path, entries: list[dict[str, Any]], size: int, descriptions: Path | None
    ) -> None:
        self.folder = folder
        self.size = size
        self.texts = folder / "texts"
        self.origins: list[int] = []
        with self.texts.open("w", encoding="utf-8") as file:
            for document in islice(make_documents(entries[:size]), size):
                file.write(document.text + "\n")
                self.origins.append(document.origin)
        self.queries = make_queries(entries[:size], descriptions)
        self.built: dict[str, float] = {}

    def measure(self, engine: Engine, seconds: float) -> Asked:
        where = self.folder / engine.index.replace(" ", "_").replace("'", "")
        if engine.index not in self.built:
            progress(f"{self.size:,}: building {engine.index}")
            self.built[engine.index] = run_alone(build, engine, where, self.texts)
        progress(f"{self.size:,}: asking {engine.label}")
        return run_alone(ask, engine, where, [query.text for query in self.queries], seconds)

    def megabytes(self, engine: Engine) -> float:
        where = self.folder / engine.index.replace(" ", "_").replace("'", "")
        return sum(file.stat().st_size for file in where.rglob("*") if file.is_file()) / MIB

    def judge(self) -> Callable[[str], NDArray[np.float64]]:
        if self.size <= NAIVE_JUDGE_UP_TO:
            return naive_judge(self.texts)
        return plain_judge(self.folder / JUDGE.index.replace(" ", "_"))

    def rows(self, measured: Sequence[tuple[Engine, Asked]]) -> Iterator[list[str]]:
        """Yield the table's cells, once every engine was asked."""
        judge = self.judge()
        agreed: list[list[float]] = [[] for _ in measured]
        for number, query in enumerate(self.queries):
            scores = judge(query.text)
            for found, (_, asked) in zip(agreed, measured, strict=True):
                if number < len(asked.top):
                    found.append(agreement(asked.top[number], scores))
        for found, (engine, asked) in zip(agreed, measured, strict=True):
            own, described = (
                self._places(asked, described=False),
                self._places(asked, described=True),
            )
            yield [
                engine.label,
                f"{self.built[engine.index]:.1f}",
                f"{self.megabytes(engine):.1f}",
                f"{asked.open_ms:.1f}",
                f"{asked.resident:.0f}",
                f"{asked.private:.0f}",
                f"{asked.p50:.2f}",
                f"{asked.p99:.2f}",
                str(len(asked.top)),
                f"{share(place == 0 for place in own):.3f}",
                f"{share(place < 10 for place in own):.3f}",
                f"{share(place < 10 for place in described):.3f}",
                f"{statistics.mean(found):.3f}",
            ]

    def _places(self, asked: Asked, *, described: bool) -> list[int]:
        """Return where the right answer stood, 10 for nowhere, for queries that have one."""
        places = []
        # An engine may have run out of time, hence no strict.
        for query, top in zip(self.queries, asked.top, strict=False):
            if query.described is described and query.wanted:
                origins = [self.origins[number] in query.wanted for number in top]
                places.append(origins.index(True) if True in origins else 10)
        return places


HEADER = ["engine", "build s", "MiB", "open ms", "RSS", "private", "p50 ms", "p99 ms", "n"]
HEADER += ["acc@1", "acc@10", "desc@10", "agree@10"]


def show(size: int, rows: Iterable[list[str]]) -> None:
    table = [HEADER, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    sys.stdout.write(f"\n{size:,} documents\n")
    for row in table:
        first, *cells = (cell for cell in row)
        line = [first.ljust(widths[0])]
        line += [cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)]
        sys.stdout.write("  ".join(line) + "\n")
    sys.stdout.flush()


def progress(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


def sizes_of(text: str) -> list[int]:
    sizes = [int(size) for size in text.split(",")]
    if min(sizes) < 1:
        raise argparse.ArgumentTypeError(f"sizes must be 1 or more, got {text}.")
    return sizes


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--wordnet", type=Path, required=True, help="id, term, aliases, definition")
    parser.add_argument("--descriptions", type=Path, help="JSON Lines of query and answer")
    parser.add_argument("--sizes", type=sizes_of, default=[1000, 100_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=20, help="most to ask one engine")
    parser.add_argument("--only", default="", help="engines whose label starts with this")
    options = parser.parse_args()
    # Set before any process starts: numpy's and tantivy's pools are to stay out of the figures.
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})
    entries = read_entries(options.wordnet)
    random.Random(2).shuffle(entries)  # noqa: S311  a fixed seed is the point
    chosen = [engine for engine in engines() if engine.label.startswith(options.only)]
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="lexical-") as folder:
            bench = Bench(Path(folder), entries, size, options.descriptions)
            if JUDGE not in chosen and size > NAIVE_JUDGE_UP_TO:
                bench.measure(JUDGE, 0)
            measured = [(engine, bench.measure(engine, options.seconds)) for engine in chosen]
            show(size, bench.rows(measured))


if __name__ == "__main__":
    main()
