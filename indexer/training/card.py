"""The model card of a trained adapter: data, licence, recipe, figures, limits."""

from collections.abc import Mapping
from typing import Any

_CARD = """\
---
base_model: {base}
library_name: peft
license: other
tags:
- sentence-transformers
- lora
---

# An adapter for {base}

It was trained with `glossary train` on {entries:,} entries of "{glossary}" (licence: {licence}).
`glossary index SOURCE --output DIR --model FOLDER` merges it into its base model.

| | |
| --- | --- |
| files | {files} |
| pairs | {pairs} |
| form | LoRA, rank {rank}, on {targets}; merged at {scale} of what was learned |
| loss | in-batch contrastive, temperature {temperature}, also at {dimensions} dimensions{guided} |
| teacher | {teacher} |
| run | {batch} pairs a step, {length}, learning rate {rate}, seed {seed} |
| held out | {held} definitions; their own term first: {before:.1%} before, {after:.1%} after |

What it knows of terms comes from these texts and its base. On a glossary of another field or
style it may help less, or harm; `glossary evaluate --compare` measures that on your own questions.
"""


def card(record: Mapping[str, Any]) -> str:
    """Return the card of a training, from the record that lies beside it."""
    recipe, held, teacher = record["recipe"], record["held_out"], record["teacher"]
    steps = recipe["steps"]
    return _CARD.format(
        base=record["base"],
        entries=record["entries"],
        glossary=record["glossary"],
        licence=record["licence"] or "not stated",
        files=", ".join(f"{s['name']} ({s['sha256'][:12]})" for s in record["sources"])
        or "not stated",
        pairs=", ".join(f"{count:,} {kind}" for kind, count in record["pairs"].items()),
        rank=recipe["rank"],
        targets=", ".join(recipe["targets"]) or "every linear layer",
        scale=recipe["merge_scale"],
        temperature=recipe["temperature"],
        dimensions=" and ".join(map(str, recipe["dimensions"])),
        guided=", guided by the base model" if recipe["guided"] else "",
        teacher=f"{teacher['name']} ({teacher['weights_sha256'][:12]}), whose similarities are "
        f"{recipe['teacher_weight']:g} of the loss"
        if teacher
        else "none",
        batch=recipe["batch"],
        length=f"{steps:,} steps" if steps else f"{recipe['epochs']:g} epochs",
        rate=recipe["learning_rate"],
        seed=recipe["seed"],
        held=held["definitions"],
        before=held["before"],
        after=held["after"],
    )
