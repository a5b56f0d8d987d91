"""BERT with a classifier from PyTorch's modules and functions, as its user would write it."""

import torch
from torch import nn
from torch.nn import functional as F


def linear(weights, name):
    kernel = weights.pop(f"{name}/kernel").t().contiguous()
    module = nn.Linear(kernel.shape[1], kernel.shape[0])
    module.weight, module.bias = nn.Parameter(kernel), nn.Parameter(weights.pop(f"{name}/bias"))
    return module


def norm(weights, name, epsilon):
    gamma = weights.pop(f"{name}/gamma")
    module = nn.LayerNorm(len(gamma), epsilon)
    module.weight, module.bias = nn.Parameter(gamma), nn.Parameter(weights.pop(f"{name}/beta"))
    return module


class Layer(nn.Module):
    def __init__(self, config, weights, name):
        super().__init__()
        self.heads = config["heads"]
        self.attention_dropout = config["attentionDropout"]
        self.dropout = nn.Dropout(config["hiddenDropout"])
        self.query, self.key, self.value = (linear(weights, f"{name}/attention.self.{part}") for part in ("query", "key", "value"))
        self.attention_output = linear(weights, f"{name}/attention.output.dense")
        self.attention_norm = norm(weights, f"{name}/attention.output.LayerNorm", config["layerNormEpsilon"])
        self.intermediate = linear(weights, f"{name}/intermediate.dense")
        self.output = linear(weights, f"{name}/output.dense")
        self.output_norm = norm(weights, f"{name}/output.LayerNorm", config["layerNormEpsilon"])

    def forward(self, x, mask):
        query, key, value = (part(x).unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (self.query, self.key, self.value))
        attended = F.scaled_dot_product_attention(query, key, value, mask, self.attention_dropout if self.training else 0.0)
        x = self.attention_norm(x + self.dropout(self.attention_output(attended.transpose(1, 2).flatten(2))))
        return self.output_norm(x + self.dropout(self.output(F.gelu(self.intermediate(x)))))


class Bert(nn.Module):
    """weights: (name, tensor), by the names of the file."""

    def __init__(self, config, weights):
        super().__init__()
        weights = dict(weights)
        words, positions, types = (weights.pop(f"bert.embeddings/{name}_embeddings/weight") for name in ("word", "position", "token_type"))
        self.words = nn.Embedding.from_pretrained(words, freeze=False)
        self.positions, self.types = nn.Parameter(positions), nn.Parameter(types)
        self.norm = norm(weights, "bert.embeddings/LayerNorm", config["layerNormEpsilon"])
        self.dropout = nn.Dropout(config["hiddenDropout"])
        self.layers = nn.ModuleList(Layer(config, weights, f"bert.encoder.layer.{i}") for i in range(config["layers"]))
        self.pooler = linear(weights, "bert.pooler/dense")
        self.classifier_dropout = nn.Dropout(config["classifierDropout"])
        self.classifier = linear(weights, "classifier")
        if weights:
            raise ValueError(f"weights: {', '.join(sorted(weights))} have no place")

    def forward(self, ids, mask):
        x = self.dropout(self.norm(self.words(ids) + self.positions[: ids.shape[1]] + self.types[0]))
        seen = mask.bool()[:, None, None, :]
        for layer in self.layers:
            x = layer(x, seen)
        return self.classifier(self.classifier_dropout(torch.tanh(self.pooler(x[:, 0]))))
