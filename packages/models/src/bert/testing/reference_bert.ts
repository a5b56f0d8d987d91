import type { TorchWeights } from '../../weights/torch_weights';

/** The sizes that the reference needs beside the weights' shapes. */
export interface ReferenceSizes {
  readonly layers: number;
  readonly heads: number;
  readonly epsilon: number;
}

/** A function of a feed-forward block's units before the activation; a gated one halves them. */
export type RowActivation = (row: readonly number[]) => number[];

type Matrix = number[][];
type Values = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float64Array }>>;

/** Weights in double, which finite differences may move. */
export function inDouble(weights: TorchWeights): Values {
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: Float64Array.from(data) }]));
}

/** BERT with a classifier in double and plain loops, from the definition; every token of every sequence by itself. */
export class ReferenceBert {
  /** Smallest distance of an activation's input from 0 that was seen: a finite difference must not step over a kink there. */
  nearestToKink = Infinity;

  constructor(
    private readonly weights: Values,
    private readonly sizes: ReferenceSizes,
    private readonly activation: RowActivation,
  ) {}

  logits(ids: Matrix, mask: Matrix, types?: Matrix): Matrix {
    return ids.map((row, i) => this.#sequence(row, mask[i] as number[], types?.[i]));
  }

  /** Mean cross-entropy. */
  loss(ids: Matrix, mask: Matrix, labels: readonly number[], types?: Matrix): number {
    const losses = this.logits(ids, mask, types).map((row, i) => Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - (row[labels[i] as number] as number));
    return losses.reduce((sum, value) => sum + value, 0) / losses.length;
  }

  #sequence(ids: readonly number[], mask: readonly number[], types?: readonly number[]): number[] {
    const embedding = (name: string, row: number): Float64Array => this.#row(`bert.embeddings.${name}_embeddings.weight`, row);
    let x = ids.map((id, t) => {
      const [word, position, type] = [embedding('word', id), embedding('position', t), embedding('token_type', types?.[t] ?? 0)];
      return this.#norm('bert.embeddings.LayerNorm', Array.from(word, (value, i) => value + (position[i] as number) + (type[i] as number)));
    });
    for (let layer = 0; layer < this.sizes.layers; layer++) x = this.#layer(`bert.encoder.layer.${layer}`, x, mask);
    return this.#dense('classifier', this.#dense('bert.pooler.dense', x[0] as number[]).map(Math.tanh));
  }

  #layer(name: string, x: Matrix, mask: readonly number[]): Matrix {
    const project = (part: string): Matrix => x.map((token) => this.#dense(`${name}.attention.self.${part}`, token));
    const [queries, keys, values] = [project('query'), project('key'), project('value')];
    return x.map((token, t) => {
      const context = this.#attend(queries[t] as number[], keys, values, mask);
      const attended = this.#norm(`${name}.attention.output.LayerNorm`, sum(token, this.#dense(`${name}.attention.output.dense`, context)));
      const before = this.#dense(`${name}.intermediate.dense`, attended);
      for (const value of before) this.nearestToKink = Math.min(this.nearestToKink, Math.abs(value));
      return this.#norm(`${name}.output.LayerNorm`, sum(attended, this.#dense(`${name}.output.dense`, this.activation(before))));
    });
  }

  #attend(query: readonly number[], keys: Matrix, values: Matrix, mask: readonly number[]): number[] {
    const width = query.length / this.sizes.heads;
    return query.map((_, i) => {
      const first = Math.floor(i / width) * width;
      const scores = keys.map((key) => dot(query.slice(first, first + width), key.slice(first, first + width)) / Math.sqrt(width));
      const exponentials = scores.map((score, t) => (mask[t] === 0 ? 0 : Math.exp(score)));
      const total = exponentials.reduce((a, b) => a + b, 0);
      return exponentials.reduce((result, weight, t) => result + (weight / total) * ((values[t] as number[])[i] as number), 0);
    });
  }

  #dense(name: string, x: readonly number[]): number[] {
    const bias = (this.weights[`${name}.bias`] as Values[string]).data;
    return Array.from(bias, (offset, i) => offset + dot(this.#row(`${name}.weight`, i), x));
  }

  #norm(name: string, x: readonly number[]): number[] {
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
    const [gain, offset] = [(this.weights[`${name}.weight`] as Values[string]).data, (this.weights[`${name}.bias`] as Values[string]).data];
    return x.map((value, i) => ((value - mean) / Math.sqrt(variance + this.sizes.epsilon)) * (gain[i] as number) + (offset[i] as number));
  }

  #row(name: string, row: number): Float64Array {
    const { shape, data } = this.weights[name] as Values[string];
    const width = shape[1] as number;
    return data.subarray(row * width, (row + 1) * width);
  }
}

const sum = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value + (b[i] as number));
function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}
