import * as tf from '@cuda-activations/runtime';

/** Options of {@link Dropout}. */
export interface DropoutOptions {
  /** Share of the values that is dropped in training, in [0, 1). */
  readonly rate: number;
  /** Of the masks, a 32-bit integer. */
  readonly seed: number;
  readonly name?: string;
}

/**
 * Inverted dropout whose random state is a weight, int32 [seed, counter]: a model that is saved, or a run that resumes, goes on with
 * the same masks. `tf.layers.dropout` keeps its state outside of the model.
 */
export class Dropout extends tf.layers.Layer {
  static readonly className = 'StatefulDropout';
  readonly #rate: number;
  readonly #seed: number;
  #state: tf.LayerVariable | undefined;

  constructor({ rate, seed, ...rest }: DropoutOptions) {
    super(rest);
    if (!(rate >= 0 && rate < 1)) throw new RangeError(`rate: expected a number from 0 to below 1, got ${rate}`);
    if (!Number.isInteger(seed) || Math.abs(seed) >= 2 ** 31) throw new RangeError(`seed: expected a 32-bit integer, got ${seed}`);
    this.#rate = rate;
    this.#seed = seed;
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const state = this.addWeight('dropout_state', [2], 'int32', tf.initializers.zeros(), undefined, false);
    tf.tidy(() => { state.write(tf.tensor1d([this.#seed, 0], 'int32')); });
    this.#state = state;
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { readonly training?: boolean }): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const state = this.#state;
    return tf.tidy(() => {
      if (kwargs.training !== true || this.#rate === 0 || !state) return tf.clone(x);
      const [numbers] = tf.executeOp('StatelessRandomUniform', { dtype: 'float32' }, [tf.tensor1d(x.shape, 'int32'), state.read()], 1) as [tf.Tensor];
      const mask = tf.mul(tf.cast(tf.greaterEqual(numbers, this.#rate), 'float32'), 1 / (1 - this.#rate));
      state.write(tf.add(state.read(), tf.tensor1d([0, 1], 'int32')));
      return tf.mul(x, mask);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), rate: this.#rate, seed: this.#seed };
  }
}
tf.serialization.registerClass(Dropout);
