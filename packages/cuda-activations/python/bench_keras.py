"""This package beside Keras's own activations, plain and compiled by XLA, arms taking turns in one process: forward and gradient of one tensor.

    python bench_keras.py [elements]      # the package installed or on PYTHONPATH
"""

import statistics
import sys
import time

import keras
import tensorflow as tf

import cuda_activations as ca

NAMES = ["relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "softplus", "sigmoid", "tanh", "squareplus", "hard_silu", "softsign", "log_sigmoid"]
ROUNDS, SECONDS = 15, 0.03


def step(activation, **options):
    @tf.function(autograph=False, **options)
    def run(x, dy):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = activation(x)
        return y, tape.gradient(y, x, output_gradients=dy)

    return run


def seconds(run, calls):
    begin = time.perf_counter()
    for _ in range(calls):
        run()
    return (time.perf_counter() - begin) / calls


def main():
    elements = int(sys.argv[1]) if len(sys.argv) > 1 else 2**20
    x, dy = tf.random.normal([elements], seed=1), tf.random.normal([elements], seed=2)
    print(f"TensorFlow {tf.__version__}, Keras {keras.__version__}, {elements} float32 elements, forward and gradient, median of {ROUNDS} rounds (10th to 90th percentile of the ratio)")
    print(f"{'activation':12} {'ours ms':>8} {'Keras ms':>9} {'XLA ms':>8}  Keras/ours            XLA/ours")
    for name in NAMES:
        own = getattr(keras.activations, name)
        arms = [step(getattr(ca, name)), step(own), step(own, jit_compile=True)]
        runs = [lambda arm=arm: arm(x, dy) for arm in arms]
        calls = [max(1, round(SECONDS / min(seconds(run, 3) for _ in range(3)))) for run in runs]
        rounds = [[seconds(run, count) for run, count in zip(runs, calls)] for _ in range(ROUNDS)]
        times = [statistics.median(column) * 1e3 for column in zip(*rounds)]
        ratios = []
        for arm in (1, 2):
            column = sorted(each[arm] / each[0] for each in rounds)
            ratios.append(f"{statistics.median(column):5.2f} ({column[ROUNDS // 10]:.2f} to {column[-1 - ROUNDS // 10]:.2f})")
        print(f"{name:12} {times[0]:8.3f} {times[1]:9.3f} {times[2]:8.3f}  {ratios[0]:20}  {ratios[1]}", flush=True)


if __name__ == "__main__":
    main()
