"""An arm of `bench-steps` in Python: answers the requests of protocol.ts, whatever the library."""

import json
import re
import time

from bench_protocol import answer_requests


def network_of(subject):
    with open(subject["files"]["network"], encoding="utf-8") as stream:
        return json.load(stream)


def batches_of(arrays):
    """[(inputs, labels)] of the named arrays of a file of batches, the inputs in its order."""
    found = {}
    for name, values in arrays:
        kind, number = re.fullmatch(r"([a-z]+)(\d+)", name).groups()
        found.setdefault(int(number), {})[kind] = values
    return [([values for kind, values in batch.items() if kind != "labels"], batch["labels"]) for _, batch in sorted(found.items())]


class StepArm:
    """A library gives `hello`, and `prepared_step(subject, relu) -> (step, batches)`: step(inputs, labels) trains on a batch and returns its loss as a number."""

    def handle(self, request):
        return getattr(self, request["kind"])(request)

    def prepare(self, request):
        self.step, self.batches = self.prepared_step(request["subject"], request["arm"].endswith("-relu"))
        self.position = 0

    def run(self, request):
        ms, processor_ms, losses = [], [], []
        for _ in range(request["steps"]):
            batch = self.batches[self.position % len(self.batches)]
            self.position += 1
            start, used = time.perf_counter(), time.process_time()
            loss = self.step(*batch)
            ms.append((time.perf_counter() - start) * 1e3)
            processor_ms.append((time.process_time() - used) * 1e3)
            losses.append(loss)
        return {"ms": ms, "processorMs": processor_ms, "loss": losses}

    def memory(self, _):
        with open("/proc/self/status", encoding="utf-8") as stream:
            return {"peakMB": int(re.search(r"VmHWM:\s+(\d+) kB", stream.read()).group(1)) / 1024, "keptMB": None}


def serve_steps(arm):
    answer_requests(arm.handle)
