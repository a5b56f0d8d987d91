"""PyTorch's arm of `bench-kernels`: its own function where it has one, else what its users write."""

import os

import torch
import torch.nn.functional as F

from bench_protocol import operand_length, operand_shape, serve

torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))

POINTWISE = {
    "linear": lambda x: x.clone(),
    "relu": torch.relu,
    "relu6": F.relu6,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.2),
    "elu": F.elu,
    "selu": F.selu,
    "celu": F.celu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "hard_silu": F.hardswish,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": F.hardsigmoid,
    "log_sigmoid": F.logsigmoid,
    "tanh": torch.tanh,
    "hard_tanh": F.hardtanh,
    "tanh_shrink": F.tanhshrink,
    "hard_shrink": F.hardshrink,
    "soft_shrink": F.softshrink,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "mish": F.mish,
    "exponential": torch.exp,
    "squareplus": lambda x: (x + torch.sqrt(x * x + 4)) / 2,
    "sparse_plus": lambda x: torch.where(x <= -1, 0.0, torch.where(x < 1, (x + 1) ** 2 / 4, x)),
    "sparse_sigmoid": lambda x: torch.clamp((x + 1) / 2, 0, 1),
    "threshold": lambda x: F.threshold(x, 0.0, 0.0),
    "penalized_tanh": lambda x: torch.where(x > 0, torch.tanh(x), 0.25 * torch.tanh(x)),
    "squared_relu": lambda x: torch.square(torch.relu(x)),
    "square": torch.square,
}

ROWWISE = {"softmax": lambda x: F.softmax(x, dim=-1), "log_softmax": lambda x: F.log_softmax(x, dim=-1)}

GATES = {"glu": "sigmoid", "bilinear": "linear", "reglu": "relu", "geglu": "gelu", "geglu_tanh": "gelu_tanh", "swiglu": "silu"}


def gated(activation):
    if activation == "glu":
        return F.glu
    gate = POINTWISE[GATES[activation]] if activation != "bilinear" else (lambda b: b)

    def call(x):
        a, b = x.chunk(2, dim=-1)
        return a * gate(b)

    return call


def apl(x, a, b):
    y = torch.relu(x)
    for slope, position in zip(a, b):
        y = y + slope * torch.relu(position - x)
    return y


def function_of(op):
    """The op and the names of its parameters; None where this library has no way to write it here."""
    family, activation = op["family"], op["activation"]
    if family == "gated":
        return (gated(activation), []) if activation in GATES else None
    if family == "perChannel":
        return {"prelu": (F.prelu, ["slope"]), "apl": (apl, ["a", "b"])}.get(activation)
    f = {**POINTWISE, **ROWWISE}.get(activation)
    if f is None:
        return None
    return (lambda x, bias: f(x + bias), ["bias"]) if family == "bias" else (f, [])


def operand(name, request):
    """The operand that every arm makes alike: see inputs.ts."""
    recipe = request["operands"][name]
    index = torch.arange(1, operand_length(name, request) + 1, dtype=torch.int64)
    values = ((index * recipe["multiplier"] & 0xFFFFFFFF).double() / 2**31 - 1) * recipe["range"]
    return values.to(getattr(torch, request["bench"]["dtype"])).reshape(operand_shape(name, request))


def prepare(request):
    bench = request["bench"]
    found = function_of(bench["op"])
    if found is None:
        return {}
    f, names = found
    dy = operand("dy", request)
    operands = [operand(name, request) for name in ["x", *names]]
    if bench["direction"] == "forward":
        def work():
            with torch.no_grad():
                return f(*operands)

        return {"torch": (work, lambda: first(work()))}
    for tensor in operands:
        tensor.requires_grad_(True)
    if bench["direction"] == "backward":
        y = f(*operands)

        def work():
            return torch.autograd.grad(y, operands, dy, retain_graph=True)
    else:
        def work():
            return torch.autograd.grad(f(*operands), operands, dy)

    return {"torch": (work, lambda: first(work()[0]))}


def first(tensor):
    return tensor.detach().reshape(-1)[:64].double().tolist()


serve(lambda: {"torch": torch.__version__}, prepare)
