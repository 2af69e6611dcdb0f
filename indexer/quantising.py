"""Makes the encoder of queries in eight bits out of a torch module.

Weights are rounded once, each column of a matrix in steps of its own. What is multiplied with them
is rounded while it runs, in steps for a whole text, so that one large number would cost all others
their digits. Large ones stand in few columns, the same for all texts: what these have too much of
is moved into the weights beforehand, which changes no product (Xiao et al., "SmoothQuant: Accurate
and Efficient Post-Training Quantization for Large Language Models", 2023). Of 300 definitions the
lowest cosine to rows in full precision was .990 without it and is .997 with it, the middle one
.9955 and .9985.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from indexer.quantised import QUERIES_FILE, names_of_inputs, session
from indexer.single import attention_in_one_step, for_one_text
from indexer.tokens import Tokens

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

# How much of what is large in a column moves into the weights: .65 to .8 come equally close.
_MOVED = 0.7
_LEAST = 1e-5
_OPSET = 17
_ROW = "row"


def quantise(
    module: Any,
    example: Mapping[str, Any],
    folder: Path,
    texts: Sequence[str],
    *,
    one_step: bool = True,
) -> None:
    """Write ``QUERIES_FILE`` into the folder of an export, which has tokenizer and settings.

    It reads one text at a time.

    Args:
        module: Of torch, from token ids to the sentence's row.
        example: Its inputs for two texts, by name.
        folder: Of the export.
        texts: What the size of numbers is measured on; 20 do.
        one_step: Have attention done in one step; not every model's can be.

    Raises:
        Exception: Whatever the tools raise for a model that they do not know.
    """
    import onnx  # noqa: PLC0415  what only searches does without
    import torch  # noqa: PLC0415
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    whole = folder / f"whole-{QUERIES_FILE}"
    single, inputs = for_one_text(module, example)
    try:
        with attention_in_one_step(module) if one_step else nullcontext():
            torch.onnx.export(
                single,
                tuple(inputs.values()),
                str(whole),
                input_names=list(inputs),
                output_names=[_ROW],
                dynamic_axes={name: {1: "tokens"} for name in inputs},
                opset_version=_OPSET,
                dynamo=False,
            )
        model, tokens = onnx.load(whole), Tokens(folder)
        _drop_idle_reshapes(model, tokens)
        _smooth(model, tokens, texts)
        # Its advice to simplify the model first is logged where it does not find this.
        onnx.helper.set_model_props(model, {"onnx.quant.pre_process": "onnxruntime.quant"})
        onnx.save(model, whole)
        quantize_dynamic(
            whole, folder / QUERIES_FILE, per_channel=True, weight_type=QuantType.QInt8
        )
    finally:
        whole.unlink(missing_ok=True)


def _drop_idle_reshapes(model: "ModelProto", tokens: Tokens) -> None:
    """Leave out what gives values the shape they have, after a detour or at once.

    Which do so is measured, on two texts of unlike length.
    """
    from onnx import TensorProto, helper  # noqa: PLC0415

    nodes = model.graph.node
    reshaped = {node.output[0]: node.input[0] for node in nodes if node.op_type == "Reshape"}
    origins = {}
    for name, origin in reshaped.items():
        while origin in reshaped:
            origin = reshaped[origin]
        origins[name] = origin
    names = sorted({*origins, *origins.values()})
    asked = [f"shape.{number}" for number in range(len(names))]
    asking = [
        helper.make_node("Shape", [name], [one]) for name, one in zip(names, asked, strict=True)
    ]
    two_texts = ["x", "fear of open places"]
    shapes = [
        dict(zip(names, map(tuple, found), strict=True))
        for found in _outputs(model, tokens, two_texts, asked, TensorProto.INT64, asking)
    ]
    idle = {
        name: origin
        for name, origin in origins.items()
        if all(found[name] == found[origin] for found in shapes)
    }
    for node in nodes:
        node.input[:] = [idle.get(name, name) for name in node.input]
    _drop_unused_nodes(model)


def _smooth(model: "ModelProto", tokens: Tokens, texts: Sequence[str]) -> None:
    """Move what is large in the columns of all that is multiplied with weights into the weights."""
    from onnx import helper, numpy_helper  # noqa: PLC0415

    graph = model.graph
    weights = {tensor.name: tensor for tensor in graph.initializer}
    multiplied: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            multiplied.setdefault(node.input[0], []).append(node)
    largest = _largest(model, tokens, texts, list(multiplied))
    for number, (name, nodes) in enumerate(multiplied.items()):
        matrices = [numpy_helper.to_array(weights[node.input[1]]) for node in nodes]
        in_weights = np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0)
        taken = np.maximum(
            np.maximum(largest[name], _LEAST) ** _MOVED
            / np.maximum(in_weights, _LEAST) ** (1 - _MOVED),
            _LEAST,
        ).astype(np.float32)
        left, smooth = f"smooth.{number}.factor", f"smooth.{number}"
        graph.initializer.append(numpy_helper.from_array(1 / taken, left))
        place = min(list(graph.node).index(node) for node in nodes)
        graph.node.insert(place, helper.make_node("Mul", [name, left], [smooth], name=smooth))
        for node, matrix in zip(nodes, matrices, strict=True):
            moved = numpy_helper.from_array(matrix * taken[:, None], f"{node.input[1]}.{smooth}")
            graph.initializer.append(moved)
            node.input[0], node.input[1] = smooth, moved.name
    _drop_unused(graph.initializer, (name for node in graph.node for name in node.input))


def _largest(
    model: "ModelProto", tokens: Tokens, texts: Sequence[str], names: Sequence[str]
) -> dict[str, NDArray[np.float32]]:
    """Return the largest number of each column of these values, without sign, over all texts."""
    from onnx import TensorProto  # noqa: PLC0415

    found: dict[str, NDArray[np.float32]] = {}
    for values in _outputs(model, tokens, texts, names, TensorProto.FLOAT):
        for name, value in zip(names, values, strict=True):
            columns = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
            found[name] = np.maximum(found.get(name, np.float32(0)), columns)
    return found


def _outputs(
    model: "ModelProto",
    tokens: Tokens,
    texts: Sequence[str],
    names: Sequence[str],
    kind: int,
    nodes: Iterable["NodeProto"] = (),
) -> Iterator[list[NDArray[Any]]]:
    """Yield what a model, with more nodes, makes of each text on the way, for names of one kind."""
    from onnx import helper  # noqa: PLC0415

    if not names:
        return
    probed = type(model)()
    probed.CopyFrom(model)
    probed.graph.node.extend(nodes)
    del probed.graph.output[:]
    probed.graph.output.extend(helper.make_tensor_value_info(name, kind, None) for name in names)
    opened = session(probed.SerializeToString())
    inputs = names_of_inputs(opened)
    for item in tokens.of(tokens.settings.model.query_prompt, texts):
        yield opened.run(None, tokens.inputs([item], inputs))


def _drop_unused_nodes(model: "ModelProto") -> None:
    graph = model.graph
    used = {value.name for value in graph.output}
    for node in reversed(list(graph.node)):
        if used.isdisjoint(node.output):
            graph.node.remove(node)
        else:
            used.update(node.input)
    _drop_unused(graph.initializer, used)


def _drop_unused(tensors: Any, used: Iterable[str]) -> None:
    names = set(used)
    kept = [tensor for tensor in tensors if tensor.name in names]
    del tensors[:]
    tensors.extend(kept)
