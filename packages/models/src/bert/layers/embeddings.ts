import * as tf from '@cuda-activations/runtime';
import type { BertConfig } from '../config';
import { biasDropout, type Dropout } from './dropout';
import { addNorm, normalized, type NormWeights } from './layer_norm';

/** Word, position and type embeddings, normalised: ids [batch, length] (and types [batch, length], default 0) to [batch, length, hidden]. */
export class BertEmbeddings extends tf.layers.Layer {
  static readonly className = 'BertEmbeddings';
  #word!: tf.LayerVariable;
  #position!: tf.LayerVariable;
  #type!: tf.LayerVariable;
  #norm!: NormWeights;

  constructor(
    name: string,
    private readonly config: BertConfig,
    private readonly random: tf.RandomState,
  ) {
    super({ name });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { vocabularySize, maxPositions, typeVocabularySize, hiddenSize } = this.config;
    const table = (name: string, rows: number): tf.LayerVariable => this.addWeight(`${name}/weight`, [rows, hiddenSize], 'float32', tf.initializers.zeros());
    this.#word = table('word_embeddings', vocabularySize);
    this.#position = table('position_embeddings', maxPositions);
    this.#type = table('token_type_embeddings', typeVocabularySize);
    this.#norm = addNorm((weight, shape, initializer) => this.addWeight(weight, shape, 'float32', initializer), 'LayerNorm', hiddenSize);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const ids = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as tf.Shape;
    return [...ids, this.config.hiddenSize];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const [ids, types] = (Array.isArray(inputs) ? inputs : [inputs]) as [tf.Tensor2D, tf.Tensor2D | undefined];
    const [, length] = ids.shape;
    const { maxPositions, hiddenSize, hiddenDropout, layerNormEpsilon } = this.config;
    if (length > maxPositions) throw new RangeError(`ids: expected at most ${maxPositions} tokens a sequence, got ${length}; the tokeniser cuts longer ones off`);
    return tf.tidy(() => {
      const words = tf.ops.embedding(this.#word.read(), integers(ids));
      const positions = tf.slice(this.#position.read(), [0, 0], [length, hiddenSize]);
      const type = this.#type.read();
      const kinds = types ? tf.ops.embedding(type, integers(types)) : tf.slice(type, [0, 0], [1, hiddenSize]);
      const sum = tf.add(tf.add(words, positions), kinds);
      const flat = normalized(tf.reshape(sum, [-1, hiddenSize]), this.#norm, layerNormEpsilon);
      const dropout: Dropout = { rate: hiddenDropout, random: this.random };
      const training = kwargs.training === true && hiddenDropout > 0;
      return tf.reshape(training ? biasDropout(flat, tf.zeros([hiddenSize]), dropout, true) : flat, [...ids.shape, hiddenSize]);
    });
  }
}

/** A model's inputs arrive as float32. */
function integers(x: tf.Tensor): tf.Tensor1D {
  return (x.dtype === 'int32' ? x : tf.cast(x, 'int32')) as tf.Tensor1D;
}
