import * as tf from '@cuda-activations/runtime';
import { feedForwardWidths, type BertConfig } from '../config';
import { addAttention, attend, type AttentionWeights } from './attention';
import { addDense, dense, product, type AddWeight, type DenseWeights } from './dense';
import { biasDropout, type Dropout } from './dropout';
import { biasedActivation, type BiasedActivation, type Blend } from './feed_forward';
import { addNorm, normalized, type NormWeights } from './layer_norm';

/** What a layer's feed-forward block sees and makes. */
export interface FeedForwardTrace {
  /** x W + b before the activation, [batch * length, units]. */
  readonly preactivation: tf.Tensor;
  /** W2 f(preactivation) + b2, before the residual and the norm, [batch * length, hidden]. */
  readonly feedForward: tf.Tensor;
  /** Of the layer, [batch, length, hidden]. */
  readonly output: tf.Tensor;
}

/**
 * One post-norm transformer layer, [batch, length, hidden] and mask [batch, 1, 1, length] to [batch, length, hidden]:
 * x = norm(x + drop(attention(x))), then norm(x + drop(W2 f(W1 x))).
 *
 * Source: Devlin, Chang, Lee and Toutanova, "BERT", NAACL 2019.
 */
export class BertLayer extends tf.layers.Layer {
  static readonly className = 'BertLayer';
  readonly #activate: BiasedActivation;
  #attention!: AttentionWeights;
  #attentionOutput!: DenseWeights;
  #attentionNorm!: NormWeights;
  #intermediate!: DenseWeights;
  #output!: DenseWeights;
  #outputNorm!: NormWeights;

  constructor(
    name: string,
    private readonly config: BertConfig,
    private readonly random: tf.RandomState,
    blend?: Blend,
  ) {
    super({ name });
    this.#activate = biasedActivation(config.activation, blend);
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const { hiddenSize } = this.config;
    const { before, after } = feedForwardWidths(this.config);
    const add: AddWeight = (name, shape, initializer) => this.addWeight(name, shape, 'float32', initializer);
    this.#attention = addAttention(add, hiddenSize);
    this.#attentionOutput = addDense(add, 'attention.output.dense', hiddenSize, hiddenSize);
    this.#attentionNorm = addNorm(add, 'attention.output.LayerNorm', hiddenSize);
    this.#intermediate = addDense(add, 'intermediate.dense', hiddenSize, before);
    this.#output = addDense(add, 'output.dense', after, hiddenSize);
    this.#outputNorm = addNorm(add, 'output.LayerNorm', hiddenSize);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return inputShape[0] as tf.Shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const [x, mask] = inputs as [tf.Tensor3D, tf.Tensor4D];
    const training = kwargs.training === true;
    return tf.tidy(() => {
      const attended = this.#attended(x, mask, training);
      const hidden = this.#activate(product(attended, this.#intermediate), this.#intermediate.bias.read());
      return tf.reshape(this.#joined(hidden, this.#output, attended, this.#outputNorm, training), x.shape);
    });
  }

  /** As a forward pass without dropout, and what the activation got and made. */
  trace(x: tf.Tensor3D, mask: tf.Tensor4D): FeedForwardTrace {
    return tf.tidy(() => {
      const attended = this.#attended(x, mask, false);
      const raw = product(attended, this.#intermediate);
      const bias = this.#intermediate.bias.read();
      const hidden = this.#activate(raw, bias);
      const joined = this.#joined(hidden, this.#output, attended, this.#outputNorm, false);
      return { preactivation: tf.add(raw, bias), feedForward: dense(hidden, this.#output), output: tf.reshape(joined, x.shape) };
    });
  }

  #attended(x: tf.Tensor3D, mask: tf.Tensor4D, training: boolean): tf.Tensor {
    const { heads, hiddenSize, attentionDropout } = this.config;
    const [batch, length] = x.shape;
    const flat = tf.reshape(x, [batch * length, hiddenSize]);
    const context = attend(flat, mask, this.#attention, { batch, length, heads }, this.#dropout(attentionDropout), training);
    return this.#joined(context, this.#attentionOutput, flat, this.#attentionNorm, training);
  }

  /** norm(residual + drop(x W + b)). */
  #joined(x: tf.Tensor, weights: DenseWeights, residual: tf.Tensor, norm: NormWeights, training: boolean): tf.Tensor {
    const part = biasDropout(product(x, weights), weights.bias.read(), this.#dropout(this.config.hiddenDropout), training);
    return normalized(tf.add(part, residual), norm, this.config.layerNormEpsilon);
  }

  #dropout(rate: number): Dropout {
    return { rate, random: this.random };
  }
}
