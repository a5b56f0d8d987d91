"""Where the time of a training step goes, op by op, by TensorFlow's own profiler."""

import collections
import glob
import os
import re
import tempfile
import time

import numpy as np
import tensorflow as tf
from tensorflow.tsl.profiler.protobuf import xplane_pb2

WARM_UP = 20
# An op's event is named "node:Op"; the profiler's other events have "::" or spaces in their names.
OP_EVENT = re.compile(r"^[^\s:]+:([A-Za-z0-9_>]+)$")


def profile(step, batches, steps):
    """Milliseconds of a step, without and with the profiler at work, and microseconds of each kind of op in it."""

    def run(count):
        times = []
        for i in range(count):
            start = time.perf_counter()
            step(*batches[i % len(batches)]).numpy()
            times.append((time.perf_counter() - start) * 1e3)
        return float(np.median(times))

    run(WARM_UP)
    ms = run(steps)
    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        profiled = run(steps)
        tf.profiler.experimental.stop()
        space = xplane_pb2.XSpace()
        (file,) = glob.glob(os.path.join(folder, "**", "*.xplane.pb"), recursive=True)
        with open(file, "rb") as stream:
            space.ParseFromString(stream.read())
    microseconds, counts = collections.Counter(), collections.Counter()
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                match = OP_EVENT.match(plane.event_metadata[event.metadata_id].name)
                if match:
                    microseconds[match.group(1)] += event.duration_ps / 1e6 / steps
                    counts[match.group(1)] += 1 / steps
    ops = [{"op": op, "count": counts[op], "us": us} for op, us in microseconds.most_common()]
    return {"ms": ms, "profiledMs": profiled, "ops": ops}
