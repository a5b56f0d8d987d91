import type { StoredArrays } from '../../runs/safetensors';
import type { BatchOrder, EvaluationResult, EvaluationSplit, StepResult, TrainingProgram } from '../program';

/** 32-bit xorshift: a random state small enough to read in a checkpoint. */
function next(state: number): number {
  let x = state;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return x >>> 0;
}

/** A batch order from a xorshift generator. */
export class ToyOrder implements BatchOrder<number> {
  constructor(private value = 1) {}

  shuffled(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      this.value = next(this.value);
      const j = this.value % (i + 1);
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    return order;
  }

  sequential(): void {
    this.value = next(this.value);
  }

  state(): number {
    return this.value;
  }
}

/** Logistic regression with momentum on points of the plane, in plain JavaScript: the training loop without TensorFlow. */
export class ToyProgram implements TrainingProgram {
  readonly trainCount = 40;
  readonly classes = 2;
  readonly #points: readonly (readonly [number, number])[];
  readonly #labels: Int32Array;
  #weights = new Float32Array(3);
  #velocity = new Float32Array(3);
  disposed = false;

  /** @param stepMs each step takes at least this long */
  constructor(private readonly stepMs = 0) {
    let state = 7;
    const uniform = () => {
      state = next(state);
      return state / 2 ** 31 - 1;
    };
    this.#points = Array.from({ length: 60 }, () => [uniform(), uniform()] as const);
    this.#labels = Int32Array.from(this.#points, ([x, y]) => (x + 0.5 * y > 0.1 ? 1 : 0));
  }

  labels(split: EvaluationSplit): Int32Array {
    return split === 'validation' ? this.#labels.slice(40, 50) : this.#labels.slice(50);
  }

  async trainStep(positions: Int32Array, gradientNorms: boolean): Promise<StepResult> {
    if (this.stepMs > 0) await new Promise((resolve) => setTimeout(resolve, this.stepMs));
    const gradient = new Float64Array(3);
    let loss = 0;
    let correct = 0;
    for (const position of positions) {
      const { features, probability, label } = this.#at(position);
      loss -= Math.log(label === 1 ? probability : 1 - probability);
      correct += Number(probability > 0.5) === label ? 1 : 0;
      features.forEach((feature, i) => (gradient[i] = (gradient[i] ?? 0) + ((probability - label) * feature) / positions.length));
    }
    this.#velocity = this.#velocity.map((velocity, i) => 0.9 * velocity + (gradient[i] ?? 0));
    this.#weights = this.#weights.map((weight, i) => weight - 0.3 * (this.#velocity[i] ?? 0));
    return { loss: loss / positions.length, correct, ...(gradientNorms && { gradientNorms: { 'line.weight': Math.hypot(...gradient) } }) };
  }

  evaluateBatch(split: EvaluationSplit, from: number, to: number): Promise<EvaluationResult> {
    const first = split === 'validation' ? 40 : 50;
    let loss = 0;
    const predictions: number[] = [];
    for (let i = first + from; i < first + to; i++) {
      const { probability, label } = this.#at(i);
      loss -= Math.log(label === 1 ? probability : 1 - probability);
      predictions.push(Number(probability > 0.5));
    }
    return Promise.resolve({ loss: loss / (to - from), predictions });
  }

  save(): Promise<StoredArrays> {
    return Promise.resolve({ weights: { shape: [3], values: this.#weights.slice() }, velocity: { shape: [3], values: this.#velocity.slice() } });
  }

  restore(arrays: StoredArrays): Promise<void> {
    this.#weights = Float32Array.from(arrays['weights']?.values ?? []);
    this.#velocity = Float32Array.from(arrays['velocity']?.values ?? []);
    return Promise.resolve();
  }

  dispose(): void {
    this.disposed = true;
  }

  #at(i: number): { features: readonly number[]; probability: number; label: number } {
    const [x, y] = this.#points[i] ?? [0, 0];
    const features = [x, y, 1];
    const z = features.reduce((sum, feature, j) => sum + feature * (this.#weights[j] ?? 0), 0);
    return { features, probability: 1 / (1 + Math.exp(-z)), label: this.#labels[i] ?? 0 };
  }
}
