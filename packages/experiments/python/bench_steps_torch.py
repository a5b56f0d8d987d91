"""PyTorch's arm of `bench-steps`: the network of the description, trained eagerly. Images are channels-last, which is faster than planes on CPUs."""

import os

import torch
from torch import nn
from torch.nn import functional as F

from bench_bert_torch import Bert
from bench_step_arm import StepArm, batches_of, network_of, serve_steps
from stored_entries import entries

threads = int(os.environ.get("BENCH_THREADS", "0"))
if threads > 0:
    torch.set_num_threads(threads)

DTYPES = {"F32": torch.float32, "I32": torch.int32}
NORM_WEIGHTS = {"gamma": "weight", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}


class Apl(nn.Module):
    """max(0, x) + sum_s a[s, c] max(0, b[s, c] - x), as a user of PyTorch writes it."""

    def __init__(self, a, b):
        super().__init__()
        self.a, self.b = nn.Parameter(a), nn.Parameter(b)

    def forward(self, x):
        shape = (1, -1) + (1,) * (x.dim() - 2)
        y = F.relu(x)
        for a, b in zip(self.a, self.b):
            y = y + a.view(shape) * F.relu(b.view(shape) - x)
        return y


class Flatten(nn.Module):
    """In the order of the stored weights: height, width, channels."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


def tensors(file):
    """(name, tensor) of each array of a safetensors file."""
    for name, dtype, shape, data in entries(file):
        # A copy: bytes cannot be written.
        yield name, torch.frombuffer(bytearray(data), dtype=DTYPES[dtype]).reshape(shape)


def convolution(layer, weights):
    kernel = weights["kernel"].permute(3, 2, 0, 1)
    outputs, inputs, size, _ = kernel.shape
    module = nn.Conv2d(inputs, outputs, size, layer["stride"], layer["padding"], bias=layer["useBias"])
    return set_weights(module, weight=kernel, **({"bias": weights["bias"]} if layer["useBias"] else {}))


def linear(weights):
    kernel = weights["kernel"].t()
    return set_weights(nn.Linear(kernel.shape[1], kernel.shape[0]), weight=kernel, bias=weights["bias"])


def batch_normalization(layer, weights):
    module = nn.BatchNorm2d(len(weights["gamma"]), layer["epsilon"], layer["momentum"])
    return set_weights(module, **{NORM_WEIGHTS[name]: values for name, values in weights.items()})


def set_weights(module, **values):
    """Every weight of the module by its name, and no other."""
    own = {name for name in module.state_dict() if name != "num_batches_tracked"}
    if own != set(values):
        raise ValueError(f"weights: expected {', '.join(sorted(own))}, got {', '.join(sorted(values))}")
    with torch.no_grad():
        for name, value in values.items():
            module.state_dict()[name].copy_(value)
    return module


def module_of(layer, weights, relu):
    kind = layer["kind"]
    if kind == "convolution":
        return convolution(layer, weights)
    if kind == "batchNormalization":
        return batch_normalization(layer, weights)
    if kind == "maxPool":
        return nn.MaxPool2d(layer["poolSize"], layer["stride"], layer["padding"])
    if kind == "averagePool":
        return nn.AvgPool2d(layer["poolSize"], layer["stride"])
    if kind == "dense":
        return linear(weights)
    if kind == "relu" or (relu and kind == "apl"):
        return nn.ReLU()
    if kind == "apl":
        return Apl(weights["a"], weights["b"])
    if kind == "flatten":
        return Flatten()
    if kind == "globalAveragePool":
        return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    raise ValueError(f"network: unknown kind of layer {kind!r}")


class Network(nn.Module):
    """Of images [batch, channels, height, width]."""

    def __init__(self, network, weights, relu):
        super().__init__()
        self.network = network
        self.parts = nn.ModuleDict({layer["name"].replace(".", "_"): module_of(layer, weights.get(layer["name"], {}), relu) for layer in network if layer["kind"] not in ("input", "add")})

    def forward(self, images):
        outputs = {self.network[0]["name"]: images}
        for layer in self.network[1:]:
            inputs = [outputs[name] for name in layer["inputs"]]
            outputs[layer["name"]] = inputs[0] + inputs[1] if layer["kind"] == "add" else self.parts[layer["name"].replace(".", "_")](*inputs)
        return outputs[self.network[-1]["name"]]


def build(subject, relu):
    """relu: in the place of APL."""
    network = network_of(subject)
    stored = tensors(subject["files"]["weights"])
    if network[0]["kind"] == "bert":
        return Bert(network[0]["config"], stored)
    weights = {}
    for name, values in stored:
        layer, _, part = name.rpartition("/")
        weights.setdefault(layer, {})[part] = values
    return Network(network, weights, relu).to(memory_format=torch.channels_last)


def given(x):
    # Height, width, channels in memory is what PyTorch calls channels_last.
    return x.permute(0, 3, 1, 2) if x.dim() == 4 else x.long()


def batches(subject):
    return batches_of((name, given(values)) for name, values in tensors(subject["files"]["batches"]))


class TorchArm(StepArm):
    def hello(self, _):
        return {"torch": torch.__version__}

    def prepared_step(self, subject, relu):
        model = build(subject, relu).train()
        optimizer = torch.optim.SGD(model.parameters(), subject["learningRate"], subject["momentum"])

        def step(inputs, labels):
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(*inputs), labels)
            loss.backward()
            optimizer.step()
            return loss.item()

        return step, batches(subject)


if __name__ == "__main__":
    serve_steps(TorchArm())
