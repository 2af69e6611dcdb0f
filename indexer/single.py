"""A torch module for one text at a time, as queries come: nothing is padded, so nothing masked.

Attention to all tokens of a text is one step of ONNX Runtime's then, and what makes masks and
measures shapes is not there at all.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor

_MASK = "attention_mask"
_OURS = "one_text"


def for_one_text(module: Any, example: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return a module that takes one text without a mask, and its inputs for the example's first.

    Args:
        module: Of torch, from named inputs, each (texts, tokens), to the sentences' rows.
        example: Its inputs, by name.
    """
    import torch  # noqa: PLC0415

    names = [name for name in example if name != _MASK]

    class OneText(torch.nn.Module):
        """The module, given a mask that masks nothing."""

        def __init__(self) -> None:
            super().__init__()
            self.module = module

        def forward(self, *values: torch.Tensor) -> Any:
            given = dict(zip(names, values, strict=True))
            if _MASK in example:
                given[_MASK] = torch.ones_like(values[0])
            return self.module(**given)

    return OneText().eval(), {name: example[name][:1] for name in names}


@contextmanager
def attention_in_one_step(module: Any) -> Iterator[None]:
    """Have all attention within a module exported as ONNX Runtime's own operator for it.

    What is exported raises ``ValueError`` where attention is more than that operator does.
    """
    from transformers import AttentionInterface, PreTrainedModel  # noqa: PLC0415

    AttentionInterface.register(_OURS, _attend)
    parts = [part for part in module.modules() if isinstance(part, PreTrainedModel)]
    before = [part.config._attn_implementation for part in parts]
    try:
        for part in parts:
            part.set_attn_implementation(_OURS)
        yield
    finally:
        for part, name in zip(parts, before, strict=True):
            part.set_attn_implementation(name)


def _attend(
    module: Any,
    queries: "Tensor",
    keys: "Tensor",
    values: "Tensor",
    mask: "Tensor | None",
    *,
    scaling: float | None = None,
    dropout: float = 0.0,
    **others: Any,
) -> tuple["Tensor", None]:
    """Attend to every token; queries, keys and values are (1, heads, tokens, size of a head)."""
    heads, size = int(queries.shape[1]), int(queries.shape[3])
    asked = sorted(
        name for name, value in others.items() if value is not None and value is not False
    )
    alike = all((int(one.shape[1]), int(one.shape[3])) == (heads, size) for one in (keys, values))
    if getattr(module, "is_causal", False):
        asked.append("is_causal")
    if asked or not alike:
        what = ", ".join(asked) or "keys of fewer heads"
        raise ValueError(f"attention of {type(module).__name__} takes more than one step: {what}")

    def side_by_side(one: "Tensor") -> "Tensor":
        return one.transpose(1, 2).reshape(1, -1, heads * size)

    scale = size**-0.5 if scaling is None else float(scaling)
    found = _one_step().apply(*map(side_by_side, (queries, keys, values)), heads, scale)
    return found.view(1, -1, heads, size), None


def _one_step() -> Any:
    """Return the function of torch that is exported as one operator."""
    import torch  # noqa: PLC0415

    class OneStep(torch.autograd.Function):
        """Attention of (1, tokens, heads side by side)."""

        @staticmethod
        def forward(
            _: Any,
            queries: torch.Tensor,
            keys: torch.Tensor,
            values: torch.Tensor,
            heads: int,
            scale: float,
        ) -> torch.Tensor:
            one, other, third = (
                part.view(1, -1, heads, part.shape[2] // heads).transpose(1, 2)
                for part in (queries, keys, values)
            )
            found = torch.nn.functional.scaled_dot_product_attention(one, other, third, scale=scale)
            return found.transpose(1, 2).flatten(2)

        @staticmethod
        def symbolic(
            graph: Any, queries: Any, keys: Any, values: Any, heads: int, scale: float
        ) -> Any:
            found = graph.op(
                "com.microsoft::MultiHeadAttention",
                queries,
                keys,
                values,
                num_heads_i=heads,
                scale_f=scale,
            )
            return found.setType(queries.type())

    return OneStep
