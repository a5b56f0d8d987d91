import * as tf from '@cuda-activations/runtime';
import { StockActivation, type BertConfig } from '@cuda-activations/models';

/** A layer without weights whose output has the shape of its first input. */
class Step extends tf.layers.Layer {
  static readonly className = 'Step';

  constructor(name: string, private readonly compute: (...inputs: tf.Tensor[]) => tf.Tensor, private readonly shape = (input: tf.Shape): tf.Shape => input) {
    super({ name });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return this.shape((Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as tf.Shape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => this.compute(...(Array.isArray(inputs) ? inputs : [inputs])));
  }
}

/** Adds the rows of positions and of the first token type. */
class Positions extends tf.layers.Layer {
  static readonly className = 'Positions';

  constructor(name: string, private readonly config: BertConfig) {
    super({ name });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { maxPositions, typeVocabularySize, hiddenSize } = this.config;
    for (const [name, rows] of [['position_embeddings', maxPositions], ['token_type_embeddings', typeVocabularySize]] as const) {
      this.addWeight(`${name}/weight`, [rows, hiddenSize], 'float32', tf.initializers.zeros());
    }
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
    const [positions, types] = this.weights.map((weight) => weight.read()) as [tf.Tensor2D, tf.Tensor2D];
    return tf.tidy(() => tf.add(tf.add(x, tf.slice(positions, [0, 0], [x.shape[1], -1])), tf.slice(types, [0, 0], [1, -1])));
  }
}

/** BERT from the layers of TensorFlow.js, attention from its ops, as its user would write it. Its weights have the names of this project's, but for the embeddings'. */
export function stockBert(config: BertConfig): tf.LayersModel {
  const { hiddenSize, heads, intermediateSize, vocabularySize, layerNormEpsilon: epsilon } = config;
  const ids = tf.input({ shape: [null], dtype: 'int32', name: 'input_ids' });
  const mask = tf.input({ shape: [null], dtype: 'int32', name: 'attention_mask' });
  const apply = (layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]): tf.SymbolicTensor => layer.apply(inputs.length === 1 ? (inputs[0] as tf.SymbolicTensor) : inputs) as tf.SymbolicTensor;
  const dense = (name: string, units: number, x: tf.SymbolicTensor): tf.SymbolicTensor => apply(tf.layers.dense({ name, units, kernelInitializer: 'zeros' }), x);
  const dropout = (name: string, rate: number, x: tf.SymbolicTensor): tf.SymbolicTensor => (rate > 0 ? apply(tf.layers.dropout({ name, rate }), x) : x);
  const norm = (name: string, x: tf.SymbolicTensor): tf.SymbolicTensor => apply(tf.layers.layerNormalization({ name, epsilon }), x);
  const add = (name: string, x: tf.SymbolicTensor, y: tf.SymbolicTensor): tf.SymbolicTensor => apply(tf.layers.add({ name }), x, y);

  const split = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [x.shape[0], x.shape[1] as number, heads, hiddenSize / heads]), [0, 2, 1, 3]);
  const scores = (query: tf.Tensor, key: tf.Tensor, seen: tf.Tensor): tf.Tensor => {
    const products = tf.mul(tf.matMul(split(query), split(key), false, true), 1 / Math.sqrt(hiddenSize / heads));
    return tf.softmax(tf.add(products, tf.mul(tf.sub(1, tf.reshape(tf.cast(seen, 'float32'), [seen.shape[0], 1, 1, seen.shape[1] as number])), -1e9)));
  };
  const context = (probabilities: tf.Tensor, value: tf.Tensor): tf.Tensor => tf.reshape(tf.transpose(tf.matMul(probabilities, split(value)), [0, 2, 1, 3]), value.shape);

  let x = apply(new Positions('bert.embeddings', config), apply(tf.layers.embedding({ name: 'bert.embeddings/word_embeddings', inputDim: vocabularySize, outputDim: hiddenSize, embeddingsInitializer: 'zeros' }), ids));
  x = dropout('bert.embeddings/dropout', config.hiddenDropout, norm('bert.embeddings/LayerNorm', x));
  for (let i = 0; i < config.layers; i++) {
    const name = (part: string): string => `bert.encoder.layer.${i}/${part}`;
    const [query, key, value] = (['query', 'key', 'value'] as const).map((part) => dense(name(`attention.self.${part}`), hiddenSize, x)) as [tf.SymbolicTensor, tf.SymbolicTensor, tf.SymbolicTensor];
    const attention = apply(new Step(name('attention.scores'), scores, ([batch = null, length = null]) => [batch, heads, length, length]), query, key, mask);
    const attended = apply(new Step(name('attention.context'), context, ([batch = null, , length = null]) => [batch, length, hiddenSize]), dropout(name('attention.dropout'), config.attentionDropout, attention), value);
    const output = dropout(name('attention.output.dropout'), config.hiddenDropout, dense(name('attention.output.dense'), hiddenSize, attended));
    x = norm(name('attention.output.LayerNorm'), add(name('attention.sum'), output, x));
    const hidden = apply(new StockActivation({ name: name('activation'), activation: config.activation }), dense(name('intermediate.dense'), intermediateSize, x));
    x = norm(name('output.LayerNorm'), add(name('sum'), dropout(name('output.dropout'), config.hiddenDropout, dense(name('output.dense'), hiddenSize, hidden)), x));
  }
  const first = apply(new Step('first', (all) => tf.reshape(tf.slice(all, [0, 0, 0], [-1, 1, -1]), [all.shape[0], hiddenSize]), ([batch = null]) => [batch, hiddenSize]), x);
  const pooled = apply(tf.layers.dense({ name: 'bert.pooler/dense', units: hiddenSize, activation: 'tanh', kernelInitializer: 'zeros' }), first);
  const logits = dense('classifier', config.classes, dropout('classifier.dropout', config.classifierDropout, pooled));
  return tf.model({ inputs: [ids, mask], outputs: logits });
}
