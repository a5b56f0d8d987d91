/** Windows that hang over the edges of the input, as tfjs allows them for convolutions and pooling. */

/** Before and after, for each spatial dimension. */
export type Padding = readonly (readonly [before: number, after: number])[];

/** One spatial dimension of a window operation. */
export interface Extent {
  readonly input: number;
  readonly output: number;
  readonly window: number;
  readonly stride: number;
  readonly before: number;
}

/** The padding after the input that the last window needs: rounding modes other than floor ask for more than was given before it. */
export function completePadding(extents: readonly Extent[]): Padding {
  return extents.map(({ input, output, window, stride, before }) => [before, Math.max(0, (output - 1) * stride + window - input - before)]);
}

/** How many cells of each window lie on the input, in row-major order of the outputs. */
export function coverage(extents: readonly Extent[]): { counts: Float32Array; shape: number[] } {
  let counts = [1];
  for (const { input, output, window, stride, before } of extents) {
    const along = Array.from({ length: output }, (_, index) => {
      const start = index * stride - before;
      return Math.max(0, Math.min(start + window, input) - Math.max(start, 0));
    });
    counts = counts.flatMap((count) => along.map((cells) => count * cells));
  }
  return { counts: Float32Array.from(counts), shape: extents.map(({ output }) => output) };
}
