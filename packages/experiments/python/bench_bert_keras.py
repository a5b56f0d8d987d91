"""BERT with a classifier from Keras's layers and ops, as its user would write it."""

import keras
from keras import layers, ops


class Embeddings(layers.Layer):
    """Word and position embeddings and those of the first token type, added up."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.sizes = {"word_embeddings": config["vocabularySize"], "position_embeddings": config["maxPositions"], "token_type_embeddings": config["typeVocabularySize"]}
        self.width = config["hiddenSize"]

    def build(self, _):
        self.words, self.positions, self.types = (self.add_weight(name=name, shape=(rows, self.width)) for name, rows in self.sizes.items())

    def call(self, ids):
        return ops.take(self.words, ids, axis=0) + self.positions[: ops.shape(ids)[1]] + self.types[0]


class Attention(layers.Layer):
    """Self-attention of projected queries, keys and values, [batch, tokens, hidden] each, before the output projection."""

    def __init__(self, config, **options):
        super().__init__(**options)
        self.heads = config["heads"]
        self.hidden = config["hiddenSize"]
        self.dropout = layers.Dropout(config["attentionDropout"])

    def call(self, query, key, value, mask, training=False):
        batch, length, _ = ops.shape(query)
        width = self.hidden // self.heads

        def split(x):
            return ops.transpose(ops.reshape(x, (batch, length, self.heads, width)), (0, 2, 1, 3))

        added = ops.reshape((1 - ops.cast(mask, "float32")) * -1e9, (batch, 1, 1, length))
        scores = ops.matmul(split(query * width**-0.5), ops.transpose(split(key), (0, 1, 3, 2))) + added
        kept = self.dropout(ops.softmax(scores), training=training)
        return ops.reshape(ops.transpose(ops.matmul(kept, split(value)), (0, 2, 1, 3)), (batch, length, self.hidden))


def bert(config):
    """The model of ids and mask, and its weights by the names of the file."""
    hidden, epsilon = config["hiddenSize"], config["layerNormEpsilon"]
    weights = {}

    def named(name, layer, *inputs):
        y = layer(*inputs)
        weights.update({f"{name}/{weight.name}": weight for weight in layer.weights})
        return y

    def dropout(rate, x):
        return layers.Dropout(rate)(x) if rate > 0 else x

    ids, mask = (layers.Input((None,), dtype="int32", name=name) for name in ("ids", "mask"))
    embeddings = Embeddings(config)
    x = embeddings(ids)
    weights.update({f"bert.embeddings/{weight.name}/weight": weight for weight in embeddings.weights})
    x = dropout(config["hiddenDropout"], named("bert.embeddings/LayerNorm", layers.LayerNormalization(epsilon=epsilon), x))
    for i in range(config["layers"]):
        layer = f"bert.encoder.layer.{i}"
        query, key, value = (named(f"{layer}/attention.self.{part}", layers.Dense(hidden), x) for part in ("query", "key", "value"))
        y = Attention(config)(query, key, value, mask)
        y = dropout(config["hiddenDropout"], named(f"{layer}/attention.output.dense", layers.Dense(hidden), y))
        x = named(f"{layer}/attention.output.LayerNorm", layers.LayerNormalization(epsilon=epsilon), x + y)
        y = named(f"{layer}/intermediate.dense", layers.Dense(config["intermediateSize"], activation="gelu"), x)
        y = dropout(config["hiddenDropout"], named(f"{layer}/output.dense", layers.Dense(hidden), y))
        x = named(f"{layer}/output.LayerNorm", layers.LayerNormalization(epsilon=epsilon), x + y)
    pooled = named("bert.pooler/dense", layers.Dense(hidden, activation="tanh"), x[:, 0])
    logits = named("classifier", layers.Dense(config["classes"]), dropout(config["classifierDropout"], pooled))
    return keras.Model([ids, mask], logits), weights
