"""What other runtimes need of a model: ``WORK`` has it as ``merged`` and as ``exported``.

Written are ``onnx/f32.onnx``, ``onnx/int8.onnx`` and ``int8``, OpenVINO's export in eight bits.
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import quantize_dynamic
from sentence_transformers import SentenceTransformer

_CALIBRATED_ON = 300


class _Whole(torch.nn.Module):
    """From token ids to the sentence's row."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
        """Return the row."""
        features = {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "token_type_ids": token_type_ids,
        }
        return self.model(features)["sentence_embedding"]


def main() -> None:
    """Write the files."""
    logging.disable(logging.WARNING)
    work = Path(sys.argv[1])
    texts = json.loads((work / "texts.json").read_text())[:_CALIBRATED_ON]
    model = SentenceTransformer(str(work / "merged"), device="cpu").eval()
    names = ["input_ids", "attention_mask", "token_type_ids"]
    example = model.tokenizer(["two texts", "of unequal length"], padding=True, return_tensors="pt")
    axes = {name: {0: "texts", 1: "tokens"} for name in names}
    (work / "onnx").mkdir()
    torch.onnx.export(
        _Whole(model),
        tuple(example[name] for name in names),
        work / "onnx" / "f32.onnx",
        input_names=names,
        output_names=["row"],
        dynamic_axes=axes | {"row": {0: "texts"}},
        dynamo=False,
    )
    whole = work / "onnx" / "f32.onnx"
    quantize_dynamic(whole, work / "onnx" / "int8.onnx", per_channel=True)
    _in_eight_bits(work, [model.tokenizer(text, return_tensors="np") for text in texts], names)


def _in_eight_bits(work: Path, tokens: list[Any], names: list[str]) -> None:
    import nncf
    import openvino

    whole = openvino.Core().read_model(work / "exported" / "model.xml")
    inputs = [{name: one[name] for name in names} for one in tokens]
    made = nncf.quantize(
        whole,
        nncf.Dataset(inputs),
        subset_size=len(inputs),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset.MIXED,
    )
    (work / "int8").mkdir()
    openvino.save_model(made, work / "int8" / "model.xml", compress_to_fp16=False)
    for name in ("tokenizer.json", "encoder.json"):
        (work / "int8" / name).write_bytes((work / "exported" / name).read_bytes())


if __name__ == "__main__":
    main()
