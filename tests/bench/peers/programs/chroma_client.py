"""A program that uses Chroma as its documentation shows: it embeds, and asks the server over HTTP.

    python -m tests.bench.peers.programs.chroma_client PORT MODEL [GLOSSARY.jsonl]

With a glossary it fills the collection. Without, it answers jobs, one a line in JSON: ``queries``,
``clients``, ``seconds`` and ``limit``.
"""

import json
import sys
import threading
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

from tests.bench.peers.programs.rows import read_rows

_COLLECTION = "glossary"
_MOST_CLIENTS = 16


def main() -> None:
    """Fill the collection, or answer jobs until there are no more."""
    port, model, *glossary = sys.argv[1:]
    client = chromadb.HttpClient(
        host="127.0.0.1", port=int(port), settings=Settings(anonymized_telemetry=False)
    )
    embed: Any = SentenceTransformerEmbeddingFunction(model_name=model, device="cpu")
    if glossary:
        _fill(client, embed, Path(glossary[0]))
        return
    collection = client.get_collection(_COLLECTION, embedding_function=embed)
    # As in a server: threads that live on. New ones would each set torch's own threads up.
    with ThreadPoolExecutor(_MOST_CLIENTS) as pool:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(_answer(collection, pool, json.loads(line))) + "\n")
            sys.stdout.flush()


def _fill(client: Any, embed: Any, glossary: Path) -> None:
    collection = client.create_collection(
        _COLLECTION, embedding_function=embed, configuration={"hnsw": {"space": "cosine"}}
    )
    rows, size = read_rows(glossary), client.get_max_batch_size()
    for start in range(0, len(rows.ids), size):
        part = slice(start, start + size)
        collection.add(ids=rows.ids[part], documents=rows.texts[part])


def _answer(collection: Any, pool: Executor, job: dict[str, Any]) -> dict[str, Any]:
    """Ask all queries from so many threads, until the time is over; ``ids`` are the last answer."""
    waiting, times, lock = iter(job["queries"]), [], threading.Lock()
    ids: list[str] = []
    began, cpu_began = time.perf_counter(), time.process_time()

    def client() -> None:
        while time.perf_counter() - began < job["seconds"]:
            with lock:
                query = next(waiting, None)
            if query is None:
                return
            asked = time.perf_counter()
            answer = collection.query(query_texts=[query], n_results=job["limit"])
            times.append((time.perf_counter() - asked) * 1000)
            ids[:] = answer["ids"][0]

    for done in [pool.submit(client) for _ in range(job["clients"])]:
        done.result()
    return {
        "times": times,
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - cpu_began,
        "ids": ids,
    }


if __name__ == "__main__":
    main()
