"""The steps of training."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from indexer.training.losses import taught
from tests.bench.distil.drawing import Drawing
from tests.bench.distil.networks import LowRank, Network, Whole
from tests.bench.distil.texts import Texts

_WARMUP, _LOG_EVERY = 0.05, 50


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast is learned, and from whom.

    ``weight`` is the teacher's share; texts are encoded in ``parts`` by length, so that little is
    spent on padding.
    """

    steps: int
    rate: float
    weight: float
    dimensions: Sequence[int]
    temperature: float = 0.05
    parts: int = 1
    decay: float = 0.0


def fit(
    network: Network,
    learner: Whole | LowRank,
    texts: Texts,
    teacher: torch.Tensor,
    drawing: Drawing,
    course: Course,
) -> list[dict[str, float]]:
    """Train on drawn batches, and return the curve: step, loss and learning rate."""
    optimizer = torch.optim.AdamW(
        learner.parameters(), lr=course.rate, weight_decay=course.decay, fused=True
    )
    started, curve = time.monotonic(), []
    for step in range(course.steps):
        for group in optimizer.param_groups:
            group["lr"] = course.rate * _share(step, course.steps)
        pairs = drawing.draw()
        chosen = pairs.T.reshape(-1)
        rows = _rows(network, learner, texts, chosen, course.parts)
        loss = taught(
            rows,
            teacher[torch.from_numpy(chosen).to(teacher.device)],
            len(pairs),
            weight=course.weight,
            temperature=course.temperature,
            dimensions=course.dimensions,
        )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        if step % _LOG_EVERY == 0 or step == course.steps - 1:
            now, rate = loss.item(), optimizer.param_groups[0]["lr"]
            curve.append({"step": step + 1, "loss": now, "learning_rate": rate})
            pace = (step + 1) / (time.monotonic() - started)
            print(f"{step + 1:>6} {now:.4f} {pace:.1f} steps/s", flush=True)  # noqa: T201
    return curve


def _share(step: int, steps: int) -> float:
    """Return which share of the rate a step has: up in a line, down in a cosine."""
    warm = max(1, int(steps * _WARMUP))
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / (steps - warm)))


def _rows(
    network: Network,
    learner: Whole | LowRank,
    texts: Texts,
    chosen: np.ndarray[tuple[int], np.dtype[np.int64]],
    parts: int,
) -> torch.Tensor:
    weights = learner.weights()
    order = np.argsort(texts.lengths[chosen], kind="stable")
    found = [
        network.rows(texts.batch(chosen[part], padded=network.pads), weights)
        for part in np.array_split(order, parts)
    ]
    return torch.cat(found)[torch.from_numpy(np.argsort(order)).to(texts.device)]
