"""Steps and a SavedModel that compile() exported, in TensorFlow for Python: they train and evaluate as in Node. EXPORTED_STEPS is the folder of scripts/export-steps.mjs."""

import json
import os
import pathlib
import unittest

import numpy as np
import tensorflow as tf

from exported_step import exported_step
from stored_arrays import arrays

STEPS = json.loads((pathlib.Path(os.environ["EXPORTED_STEPS"]) / "steps.json").read_text())


def batches(step):
    found = dict(arrays(step["batches"]))
    return [(tf.constant(found[f"images{i}"]), tf.constant(found[f"labels{i}"])) for i in range(len(step["losses"]))]


class ExportedSteps(unittest.TestCase):
    def test_graphs_train(self):
        for step in STEPS:
            with self.subTest(step["name"]):
                run = exported_step(step)
                losses = [run(*batch).numpy() for batch in batches(step)]
                np.testing.assert_allclose(losses, step["losses"], rtol=1e-5)
                # The updates took place.
                self.assertGreater(np.ptp(losses), 1e-3)

    def test_saved_models_evaluate(self):
        saved = [step for step in STEPS if "savedModel" in step]
        self.assertTrue(saved)
        for step in saved:
            with self.subTest(step["name"]):
                signature = tf.saved_model.load(step["savedModel"]).signatures["serving_default"]
                losses = [signature(argument_0=images, argument_1=labels)["result_0"].numpy() for images, labels in batches(step)]
                np.testing.assert_allclose(losses, step["evaluated"], rtol=1e-5)


if __name__ == "__main__":
    unittest.main()
