import * as tf from '@tensorflow/tfjs';
import { executeOne } from './execute';

/**
 * Random numbers whose whole state is a tensor: [seed, counter], int32. Each draw is a stateless op of that pair and moves the counter on inside
 * the graph, so that a compiled step draws new numbers each time, and a saved state continues exactly.
 */
export class RandomState {
  private readonly state: tf.Variable;

  /** @param seed any int32. */
  constructor(seed: number, name?: string) {
    if (!Number.isInteger(seed) || Math.abs(seed) > 2 ** 31 - 1) throw new Error(`RandomState: expected seed to be an int32, but got ${seed}`);
    this.state = tf.tidy(() => tf.variable(tf.tensor1d([seed, 0], 'int32'), false, name));
  }

  /** Uniform in [0, 1), float32. */
  uniform(shape: readonly number[]): tf.Tensor {
    return this.draw('StatelessRandomUniform', shape);
  }

  /** Standard normal, float32. */
  normal(shape: readonly number[]): tf.Tensor {
    return this.draw('StatelessRandomNormal', shape);
  }

  /** The pair for an op that draws by itself, such as a fused dropout; the counter moves on. */
  next(): tf.Tensor1D {
    return tf.tidy(() => {
      const state = this.getState();
      this.advance();
      return state;
    });
  }

  get isDisposed(): boolean {
    return this.state.isDisposed;
  }

  /** [seed, counter] for a checkpoint. */
  getState(): tf.Tensor1D {
    return this.state.clone() as tf.Tensor1D;
  }

  setState(state: tf.Tensor): void {
    this.state.assign(state);
  }

  dispose(): void {
    this.state.dispose();
  }

  private draw(op: string, shape: readonly number[]): tf.Tensor {
    return tf.tidy(() => {
      const size = tf.tensor1d([...shape], 'int32');
      const numbers = executeOne(op, { dtype: 'float32' }, [size, this.state]);
      this.advance();
      return numbers;
    });
  }

  private advance(): void {
    this.state.assign(tf.add(this.state, tf.tensor1d([0, 1], 'int32')));
  }
}

let shared: RandomState | undefined;
// Drawn now: while a function is traced, JavaScript random numbers are refused.
let defaultSeed = Math.floor(Math.random() * 2 ** 31);

/** The generator of everything that has no seed of its own. A backend that was reset takes its variables along, so it is made anew then. */
export function sharedRandomState(): RandomState {
  if (shared === undefined || shared.isDisposed) shared = new RandomState(defaultSeed++);
  return shared;
}

/** Restarts the shared generator: the same program draws the same numbers after it. */
export function setRandomSeed(seed: number): void {
  const fresh = new RandomState(seed);
  shared?.dispose();
  shared = fresh;
}
