"""The GraphDef that compile() wrote of a training step, as a tf.function."""

import re

import tensorflow as tf
from tensorflow.core.framework import graph_pb2

from stored_arrays import arrays


def exported_step(graph):
    """graph: the files of the GraphDef and of its variables' values, and the op library it needs or None. The function updates variables of its own."""
    if graph["library"]:
        tf.load_op_library(graph["library"])
    definition = graph_pb2.GraphDef()
    with open(graph["file"], "rb") as stream:
        definition.ParseFromString(stream.read())
    values = {re.sub("[^A-Za-z0-9_]", "_", name): value for name, value in arrays(graph["variables"])}
    variables = {}
    for node in definition.node:
        if node.op == "Placeholder" and not node.name.startswith("argument_"):
            variables[node.name] = tf.Variable(values[re.match(r"(?:handle|variable)_\d+_(.*)", node.name).group(1)])

    @tf.function(jit_compile=False)
    def step(*arguments):
        here = tf.compat.v1.get_default_graph()
        inputs = {f"argument_{i}:0": argument for i, argument in enumerate(arguments)}
        for name, variable in variables.items():
            # A placeholder of a handle is updated by the graph.
            inputs[f"{name}:0"] = here.capture(variable.handle) if name.startswith("handle_") else variable.read_value()
        result, updates = tf.graph_util.import_graph_def(definition, inputs, ["result_0:0", "updates"], name="")
        with tf.control_dependencies([updates]):
            return tf.identity(result)

    return step
