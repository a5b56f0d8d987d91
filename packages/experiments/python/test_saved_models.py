"""One model as two SavedModels, in TensorFlow for Python. EXPORTED_MODELS is the folder of scripts/export-saved-models.mjs."""

import os
import pathlib
import subprocess
import sys
import unittest

import numpy as np
import tensorflow as tf

from stored_arrays import arrays

FOLDER = pathlib.Path(os.environ["EXPORTED_MODELS"])
ARRAYS = dict(arrays(str(FOLDER / "arrays.safetensors")))


def outputs(name):
    signature = tf.saved_model.load(str(FOLDER / name)).signatures["serving_default"]
    return signature(argument_0=tf.constant(ARRAYS["images"]))["result_0"].numpy()


class SavedModels(unittest.TestCase):
    def test_stock_ops_need_no_library(self):
        # In a process of its own, which nothing has loaded the library into.
        program = (
            "import sys, test_saved_models as test; assert 'cuda_activations' not in sys.modules; "
            "test.np.testing.assert_allclose(test.outputs('stock'), test.ARRAYS['outputs'], rtol=1e-4, atol=1e-6); "
            "from tensorflow.python.framework import op_def_registry; assert op_def_registry.get('CudaActivations>FusedActivation') is None"
        )
        subprocess.run([sys.executable, "-c", program], cwd=pathlib.Path(__file__).parent, check=True)

    def test_ops_of_the_library_need_it(self):
        program = "import test_saved_models as test; test.outputs('library')"
        run = subprocess.run([sys.executable, "-c", program], cwd=pathlib.Path(__file__).parent, capture_output=True, text=True)
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("CudaActivations>", run.stderr)

    def test_ops_of_the_library(self):
        import cuda_activations  # noqa: F401 (registers the ops)

        np.testing.assert_allclose(outputs("library"), ARRAYS["outputs"], rtol=1e-5, atol=1e-7)


if __name__ == "__main__":
    unittest.main()
