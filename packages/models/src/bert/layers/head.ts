import * as tf from '@cuda-activations/runtime';
import type { BertConfig } from '../config';
import { addDense, dense, type DenseWeights } from './dense';
import { biasDropout } from './dropout';

/** Attention masks [batch, length], 1 for tokens and 0 for padding, as what is added to scores, [batch, 1, 1, length]. */
export class BertMask extends tf.layers.Layer {
  static readonly className = 'BertMask';

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch = null, length = null] = inputShape as tf.Shape;
    return [batch, 1, 1, length];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const mask = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D;
    // The lowest float, as in transformers: a sequence of padding alone attends to all of it alike, and nothing becomes NaN.
    return tf.tidy(() => tf.reshape(tf.mul(tf.sub(1, tf.cast(mask, 'float32')), -3.4028234663852886e38), [mask.shape[0], 1, 1, mask.shape[1]]));
  }
}

/** tanh(W x + b) of each sequence's first token, [batch, length, hidden] to [batch, hidden]. */
export class BertPooler extends tf.layers.Layer {
  static readonly className = 'BertPooler';
  #dense!: DenseWeights;

  constructor(
    name: string,
    private readonly config: BertConfig,
  ) {
    super({ name });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { hiddenSize } = this.config;
    this.#dense = addDense((name, shape, initializer) => this.addWeight(name, shape, 'float32', initializer), 'dense', hiddenSize, hiddenSize);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [inputShape[0] as number | null, this.config.hiddenSize];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor3D;
    return tf.tidy(() => {
      const first = tf.reshape(tf.slice(x, [0, 0, 0], [-1, 1, -1]), [x.shape[0], x.shape[2]]);
      return tf.tanh(dense(first, this.#dense));
    });
  }
}

/** Dropout and a linear layer: [batch, hidden] to logits [batch, classes]. */
export class BertHead extends tf.layers.Layer {
  static readonly className = 'BertHead';
  #dense!: DenseWeights;

  constructor(
    name: string,
    private readonly config: BertConfig,
    private readonly random: tf.RandomState,
  ) {
    super({ name });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { hiddenSize, classes } = this.config;
    const add = (name: string, shape: number[]): tf.LayerVariable => this.addWeight(name, shape, 'float32', tf.initializers.zeros());
    this.#dense = { kernel: add('kernel', [hiddenSize, classes]), bias: add('bias', [classes]) };
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [inputShape[0] as number | null, this.config.classes];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor2D;
    const { classifierDropout: rate, hiddenSize } = this.config;
    return tf.tidy(() => {
      const kept = kwargs.training === true && rate > 0 ? biasDropout(x, tf.zeros([hiddenSize]), { rate, random: this.random }, true) : x;
      return dense(kept, this.#dense);
    });
  }
}
