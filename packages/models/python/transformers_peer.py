"""The reference side of nx run experiments:test-transformers: Hugging Face's BERT and its tokeniser."""

import json
import pathlib
import sys

import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

# Name: activation, type of the stored weights, largest file.
VARIANTS = {
    "gelu": ("gelu", torch.float32, "5GB"),
    "relu-half": ("relu", torch.float16, "5GB"),
    "silu-bfloat16": ("silu", torch.bfloat16, "5GB"),
    "tanh-sharded": ("tanh", torch.float32, "60KB"),
}


def batch():
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(1, 211, (4, 11), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 7:] = 0
    mask[3, 2:] = 0
    return ids, mask


def logits(model):
    ids, mask = batch()
    with torch.no_grad():
        return model.float().eval()(input_ids=ids, attention_mask=mask).logits.tolist()


def write(folder):
    """Models with random weights, and the logits that they give."""
    ids, mask = batch()
    for seed, (name, (activation, dtype, shard)) in enumerate(VARIANTS.items()):
        torch.manual_seed(seed)
        config = BertConfig(vocab_size=211, hidden_size=32, num_hidden_layers=3, num_attention_heads=4, intermediate_size=64,
                            max_position_embeddings=40, num_labels=3, hidden_act=activation)
        model = BertForSequenceClassification(config)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(torch.randn_like(parameter) * 0.2)
        model.to(dtype).save_pretrained(folder / name, max_shard_size=shard)
        expected = {"ids": ids.tolist(), "mask": mask.tolist(), "logits": logits(model)}
        (folder / name / "expected.json").write_text(json.dumps(expected))


def check(folder):
    """Logits of models that were written there, by this side; every weight must find its place."""
    result = {}
    for path in sorted(folder.iterdir()):
        model, info = BertForSequenceClassification.from_pretrained(path, output_loading_info=True)
        lost = {key: sorted(map(str, info[key])) for key in ("missing_keys", "unexpected_keys", "mismatched_keys") if info[key]}
        if lost:
            raise SystemExit(f"{path}: {lost}")
        result[path.name] = logits(model)
    print(json.dumps(result))


def tokenize(vocabulary):
    """Ids of the texts on standard input, one JSON string a line."""
    tokenizer = BertTokenizerFast(str(vocabulary), do_lower_case=True)
    texts = [json.loads(line) for line in sys.stdin]
    for ids in tokenizer(texts)["input_ids"]:
        print(json.dumps(ids))


if __name__ == "__main__":
    {"write": write, "check": check, "tokenize": tokenize}[sys.argv[1]](pathlib.Path(sys.argv[2]))
