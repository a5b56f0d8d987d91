"""The measuring side of the benchmarks in Python: answers requests on stdin, one line of JSON each way.

A library module gives `versions()` and `prepare(request) -> {arm: (work, probe)}`; this one speaks the protocol, times and counts
page faults as the Node worker does.
"""

import json
import resource
import sys
import time


def page_faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def run(work, iterations):
    before = page_faults()
    start = time.perf_counter()
    for _ in range(iterations):
        work()
    seconds = time.perf_counter() - start
    return {"ms": seconds * 1e3, "pageFaults": page_faults() - before}


def prepared(name, arms):
    """Warms the arms up and lists them with the first values of their results."""
    answers = []
    for arm, (work, probe) in arms.items():
        work()
        answers.append({"arm": arm, "probe": probe(), "kernels": None})
    return answers


def answer_requests(handle):
    """Answers each line of stdin with what `handle(request)` returns, or with its error."""
    for line in sys.stdin:
        try:
            answer = {"result": handle(json.loads(line))}
        except Exception as error:  # the other side reports it and goes on
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def serve(versions, prepare):
    arms = {}

    def handle(request):
        nonlocal arms
        if request["kind"] == "hello":
            return versions()
        if request["kind"] == "prepare":
            # Frees the arrays of the case before.
            arms = {}
            arms = prepare(request)
            return prepared(request["bench"]["op"]["name"], arms)
        return run(arms[request["arm"]][0], request["iterations"])

    answer_requests(handle)


def operand_length(name, request):
    """Number of elements of an operand of the requested case."""
    size = request["bench"]["size"]
    gated = request["bench"]["op"]["family"] == "gated"
    channels, segments = request["channels"], request["segments"]
    return {
        "x": size,
        "dy": size // 2 if gated else size,
        "bias": channels,
        "slope": channels,
        "a": segments * channels,
        "b": segments * channels,
    }[name]


def operand_shape(name, request):
    channels = request["channels"]
    length = operand_length(name, request)
    if name in ("bias", "slope"):
        return (channels,)
    gated = request["bench"]["op"]["family"] == "gated"
    return (length // (2 * channels), 2 * channels) if gated and name == "x" else (length // channels, channels)
