"""The peers that there are."""

from indexer.modelfiles import BASE_MODEL, locate
from tests.bench.peers.chroma import Chroma
from tests.bench.peers.ours import Ours
from tests.bench.peers.peer import Peer
from tests.bench.peers.semantic import SemanticSearch
from tests.bench.peers.txtai import Txtai

OURS = "glossary"


def all_peers() -> list[Peer]:
    """Return ours and the others, all with the same model."""
    model = locate(BASE_MODEL)
    return [
        Ours(OURS, BASE_MODEL),
        SemanticSearch(model),
        Txtai(model),
        Txtai(model, "txtai, hybrid", hybrid=True),
        Chroma(model),
    ]
