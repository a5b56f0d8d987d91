/**
 * Permutes the axes of a dense array, as `numpy.transpose`.
 *
 * @param shape of `values`
 * @param axes axis `i` of the result is axis `axes[i]` of the input
 */
export function permute(values: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = axes.map((axis) => shape[axis] as number);
  const steps = axes.map((axis) => strides[axis] as number);
  const result = new Float32Array(values.length);
  const inner = sizes.length - 1;
  const innerSize = sizes[inner] ?? 1;
  const innerStep = steps[inner] ?? 1;
  const index = new Array<number>(Math.max(inner, 0)).fill(0);
  for (let start = 0, source = 0; start < result.length; start += innerSize) {
    for (let i = 0; i < innerSize; i++) result[start + i] = values[source + i * innerStep] as number;
    for (let axis = inner - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      source += steps[axis] as number;
      if ((index[axis] as number) < (sizes[axis] as number)) break;
      source -= (sizes[axis] as number) * (steps[axis] as number);
      index[axis] = 0;
    }
  }
  return result;
}

/** How a parameter is stored here and in PyTorch. */
export interface Layout {
  /** Shape in PyTorch. */
  readonly torchShape: readonly number[];
  /** Values in this package's order to PyTorch's. */
  toTorch(values: Float32Array): Float32Array;
  /** Values in PyTorch's order to this package's. */
  fromTorch(values: Float32Array): Float32Array;
}

/** The same order in both. */
export const sameLayout = (shape: readonly number[]): Layout => ({ torchShape: shape, toTorch: (values) => values, fromTorch: (values) => values });

/** Kernel of a convolution: [height, width, in, out] here, [out, in, height, width] in PyTorch. */
export function convolutionLayout(shape: readonly number[]): Layout {
  return permutedLayout(shape, [3, 2, 0, 1]);
}

/**
 * Kernel of a fully connected layer: [in, out] here, [out, in] in PyTorch.
 *
 * @param flattened shape [height, width, channels] of an image that was flattened into the inputs: PyTorch flattens it in the
 *   order channels, height, width
 */
export function linearLayout([inputs, outputs]: readonly [number, number], flattened?: readonly [number, number, number]): Layout {
  if (!flattened) return permutedLayout([inputs, outputs], [1, 0]);
  const image = permutedLayout([...flattened, outputs], [3, 2, 0, 1]);
  return { ...image, torchShape: [outputs, inputs] };
}

function permutedLayout(shape: readonly number[], axes: readonly number[]): Layout {
  const torchShape = axes.map((axis) => shape[axis] as number);
  const inverse = shape.map((_, axis) => axes.indexOf(axis));
  return { torchShape, toTorch: (values) => permute(values, shape, axes), fromTorch: (values) => permute(values, torchShape, inverse) };
}
