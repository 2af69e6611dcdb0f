"""Modules for one text: attention as one step, where it is no more than that."""

import pytest

from indexer.single import attention_in_one_step, for_one_text

SMALL = {
    "vocab_size": 50,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "cls_token_id": 1,
    "sep_token_id": 2,
}
IDS = [[1, 7, 30, 22, 9, 2]]


def made(name, **options):
    import torch
    import transformers

    torch.manual_seed(0)
    config = getattr(transformers, f"{name}Config")(**SMALL, **options)
    return getattr(transformers, f"{name}Model")(config).eval()


@pytest.mark.parametrize("name", ["Bert", "XLMRoberta"])
def test_attention_in_one_step_is_the_same(name):
    import torch

    model, ids = made(name), torch.tensor(IDS)
    before = model.config._attn_implementation
    as_it_is = model(ids).last_hidden_state
    with attention_in_one_step(model):
        assert model.config._attn_implementation != before
        torch.testing.assert_close(model(ids).last_hidden_state, as_it_is)
    assert model.config._attn_implementation == before


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("ModernBert", {}, r"takes more than one step: sliding_window"),
        ("Bert", {"is_decoder": True}, r"takes more than one step: is_causal"),
    ],
)
def test_attention_that_is_more_than_one_step_is_refused(name, options, reason):
    import torch

    model = made(name, **options)
    before = model.config._attn_implementation
    with pytest.raises(ValueError, match=reason), attention_in_one_step(model):
        model(torch.tensor(IDS))
    assert model.config._attn_implementation == before


def test_a_module_for_one_text_needs_no_mask():
    import torch

    class Model(torch.nn.Module):
        def forward(self, input_ids, attention_mask):
            return (input_ids * attention_mask).sum(dim=1)

    example = {
        "input_ids": torch.tensor([[3, 4], [5, 0]]),
        "attention_mask": torch.tensor([[1, 1], [1, 0]]),
    }
    single, inputs = for_one_text(Model(), example)
    assert {name: value.tolist() for name, value in inputs.items()} == {"input_ids": [[3, 4]]}
    assert single(*inputs.values()).tolist() == [7]
