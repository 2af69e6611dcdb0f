"""Encoding spread over a cluster: batches of texts out as Parquet, rows back as Parquet."""

import importlib
import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexer.build import Prepare
from indexer.cluster.connecting import Cluster, failed, library
from indexer.cluster.tables import read_rows, write_batches, write_rows
from indexer.encoder import prepare_encoder
from indexer.encoding import Encoder, Fingerprint, Progress, Rows
from indexer.exported import ExportedEncoder, Workload

# A worker takes so many batches at a time; what is lost with it is encoded again.
_BATCHES_AT_ONCE = 16
# Fewer texts are encoded here before a cluster has begun.
_FEWEST_TEXTS = 512
# What a worker claims of a core leaves room to read on a node that has only one.
_CORES_OF_WORKER, _CORES_OF_READER = 0.8, 0.1


class Worker:
    """An exported encoder on one core of a node."""

    def __init__(self, export: str, answers: str) -> None:
        """Open the encoder of a folder that every node sees; its rows go to another."""
        self._encoder = ExportedEncoder(Path(export), Workload.DOCUMENTS, threads=1)
        self._answers = Path(answers)

    def __call__(self, table: dict[str, Any]) -> dict[str, Any]:
        """Encode some batches, each together, as they were cut, and tell how many texts it were."""
        numbers = [int(number) for number in table["batch"]]
        rows = [self._encoder.encode_documents(texts.tolist()) for texts in table["texts"]]
        write_rows(self._answers, numbers, rows)
        return {"texts": np.array([len(part) for part in rows])}


@dataclass(frozen=True)
class ClusterEncoder:
    """An encoder whose documents are encoded by a cluster, in the batches it would make itself.

    So the rows are the same wherever the nodes compute alike. ``folder`` is one that all nodes see,
    with the export in ``export``.
    """

    local: ExportedEncoder
    export: Path
    folder: Path
    cluster: Cluster

    @property
    def fingerprint(self) -> Fingerprint:
        """Tell the model, and the precision of this machine."""
        return self.local.fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Rows:
        """Return one float32 unit row per query, (texts, dimension), encoded here."""
        return self.local.encode_queries(texts)

    def token_count(self, text: str) -> int:
        """Count the tokens of a text, special tokens included, however long it is."""
        return self.local.token_count(text)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Rows:
        """Return one float32 unit row per text, (texts, dimension)."""
        if len(texts) < _FEWEST_TEXTS:
            return self.local.encode_documents(texts, progress)
        batches = self.local.batches(texts)
        rows = np.zeros((len(texts), self.fingerprint.model.dimension), dtype=np.float32)
        asked, answers = self.folder / "texts", self.folder / "rows"
        answers.mkdir(parents=True)
        try:
            write_batches(asked, [[texts[place] for place in batch] for batch in batches])
            self._run(asked, answers, progress)
            seen = np.zeros(len(texts), dtype=np.int64)
            for number, values in read_rows(answers):
                batch = batches[number]
                rows[batch] = values.reshape(len(batch), -1)
                seen[batch] += 1
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        if not (seen == 1).all():
            raise RuntimeError(f"{(seen != 1).sum()} of {len(texts)} texts came back wrongly")
        return rows

    def _run(self, asked: Path, answers: Path, progress: Progress | None) -> None:
        ray, data = library(), importlib.import_module("ray.data")
        context = data.DataContext.get_current()
        context.enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        done = data.read_parquet(str(asked), num_cpus=_CORES_OF_READER).map_batches(
            Worker,
            fn_constructor_args=(str(self.export), str(answers)),
            batch_size=_BATCHES_AT_ONCE,
            num_cpus=_CORES_OF_WORKER,
            compute=data.ActorPoolStrategy(min_size=1, max_size=self.cluster.cores),
        )
        try:
            for counts in done.iter_batches(batch_size=None):
                if progress is not None:
                    progress(int(counts["texts"].sum()))
        except ray.exceptions.RayError as error:
            raise failed(error) from error


def cluster_prepare(cluster: Cluster) -> Prepare:
    """Return what prepares a model as a build does, to be run by a cluster.

    A model that cannot be exported is run here.
    """

    def prepare(
        name: str, folder: Path, *, samples: Sequence[str], previous: Path | None
    ) -> Encoder:
        encoder = prepare_encoder(name, folder, samples=samples, previous=previous)
        if not isinstance(encoder, ExportedEncoder):
            return encoder
        export = folder.resolve()
        return ClusterEncoder(encoder, export, export.with_name("on-cluster"), cluster)

    return prepare
