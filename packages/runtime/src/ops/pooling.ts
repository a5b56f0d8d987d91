import * as tf from '@tensorflow/tfjs';
import { executeOne } from './execute';
import { completePadding, coverage, type Extent, type Padding } from './padding';
import { type Kernel, wrapKernel } from './replace-kernel';

interface PoolAttributes {
  filterSize: number | number[];
  strides: number | number[];
  pad: 'valid' | 'same' | number | [number, number][];
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The window operation of a call whose padding TensorFlow's pooling ops have no name for. */
interface Pool {
  readonly extents: readonly Extent[];
  readonly ksize: number[];
  readonly strides: number[];
  readonly padding: Padding;
  readonly outputShape: readonly number[];
}

/** Pooling with explicit paddings and all rounding modes, forward and backward, in two and three dimensions. */
export function registerPooling(): void {
  wrapKernel<{ x: tf.TensorInfo }, PoolAttributes>(tf.MaxPool, forward(2, maximum));
  wrapKernel<{ x: tf.TensorInfo }, PoolAttributes>(tf.MaxPool3D, forward(3, maximum));
  wrapKernel<{ x: tf.TensorInfo }, PoolAttributes>(tf.AvgPool, forward(2, average));
  wrapKernel<{ x: tf.TensorInfo }, PoolAttributes>(tf.AvgPool3D, forward(3, average));
  wrapKernel<{ dy: tf.TensorInfo; input: tf.TensorInfo; output: tf.TensorInfo }, PoolAttributes>(tf.MaxPoolGrad, backward(2, maximumGradient));
  wrapKernel<{ dy: tf.TensorInfo; input: tf.TensorInfo; output: tf.TensorInfo }, PoolAttributes>(tf.MaxPool3DGrad, backward(3, maximumGradient));
  wrapKernel<{ dy: tf.TensorInfo; input: tf.TensorInfo }, PoolAttributes>(tf.AvgPoolGrad, backward(2, averageGradient));
  wrapKernel<{ dy: tf.TensorInfo; input: tf.TensorInfo }, PoolAttributes>(tf.AvgPool3DGrad, backward(3, averageGradient));
}

function forward(dimensions: 2 | 3, run: (x: tf.Tensor, pool: Pool) => tf.Tensor): (stock: tf.KernelFunc) => Kernel<{ x: tf.TensorInfo }, PoolAttributes> {
  return (stock) => ({ x }, attributes, call) => {
    const pool = unnamedPool(dimensions, x.shape, attributes);
    return pool ? tf.tidy(() => (pool.outputShape.includes(0) ? tf.zeros([...pool.outputShape]) : run(x as tf.Tensor, pool))) : stock(call);
  };
}

function backward<Inputs extends { dy: tf.TensorInfo; input: tf.TensorInfo }>(dimensions: 2 | 3, run: (inputs: Inputs, pool: Pool) => tf.Tensor): (stock: tf.KernelFunc) => Kernel<Inputs, PoolAttributes> {
  return (stock) => (inputs, attributes, call) => {
    const pool = unnamedPool(dimensions, inputs.input.shape, attributes);
    return pool ? tf.tidy(() => run(inputs, pool)) : stock(call);
  };
}

/** undefined where tfjs-node's kernel will do: valid or same padding and windows that fit. */
function unnamedPool(dimensions: 2 | 3, shape: readonly number[], { filterSize, strides, pad, dimRoundingMode }: PoolAttributes): Pool | undefined {
  if (dimensions === 2) {
    const info = tf.backend_util.computePool2DInfo(shape as [number, number, number, number], filterSize as [number, number], strides as [number, number], 1, pad as 'same', dimRoundingMode);
    const { padInfo, filterHeight, filterWidth, strideHeight, strideWidth, inHeight, inWidth, outHeight, outWidth, outShape } = info;
    return describe(padInfo.type, outShape, [
      { input: inHeight, output: outHeight, window: filterHeight, stride: strideHeight, before: padInfo.top },
      { input: inWidth, output: outWidth, window: filterWidth, stride: strideWidth, before: padInfo.left },
    ]);
  }
  const info = tf.backend_util.computePool3DInfo(shape as [number, number, number, number, number], filterSize as [number, number, number], strides as [number, number, number], 1, pad as 'same', dimRoundingMode);
  const { padInfo, outShape } = info;
  return describe(padInfo.type, outShape, [
    { input: info.inDepth, output: info.outDepth, window: info.filterDepth, stride: info.strideDepth, before: padInfo.front },
    { input: info.inHeight, output: info.outHeight, window: info.filterHeight, stride: info.strideHeight, before: padInfo.top },
    { input: info.inWidth, output: info.outWidth, window: info.filterWidth, stride: info.strideWidth, before: padInfo.left },
  ]);
}

function describe(type: string, outShape: readonly number[], extents: readonly Extent[]): Pool | undefined {
  const outputShape = outShape.map((size) => Math.max(size, 0));
  // tfjs calls explicit paddings of zero valid, also where the last window hangs over the edge because sizes are rounded up.
  const hangsOver = type === 'VALID' && extents.some(({ input, output, window: size, stride }) => (output - 1) * stride + size > input);
  if ((type === 'VALID' || type === 'SAME') && !hangsOver && !outputShape.includes(0)) return undefined;
  return {
    extents,
    outputShape,
    padding: completePadding(extents),
    ksize: [1, ...extents.map(({ window }) => window), 1],
    strides: [1, ...extents.map(({ stride }) => stride), 1],
  };
}

const around = ({ padding }: Pool): [number, number][] => [[0, 0], ...padding.map(([before, after]): [number, number] => [before, after]), [0, 0]];
const suffix = ({ extents }: Pool): '' | '3D' => (extents.length === 3 ? '3D' : '');
const window = ({ ksize, strides }: Pool): { ksize: number[]; strides: number[]; padding: string } => ({ ksize, strides, padding: 'VALID' });

function crop(padded: tf.Tensor, shape: readonly number[], pool: Pool): tf.Tensor {
  return tf.slice(padded, around(pool).map(([before]) => before), [...shape]);
}

function maximum(x: tf.Tensor, pool: Pool): tf.Tensor {
  return executeOne(`MaxPool${suffix(pool)}`, window(pool), [tf.pad(x, around(pool), -Infinity)]);
}

/** Of the padded image, as the pool itself: TensorFlow leaves oneDNN for explicit padding, which took 18 of the 480 ms of ResNet-50's step for its one pool. */
function maximumGradient({ dy, input, output }: { dy: tf.TensorInfo; input: tf.TensorInfo; output: tf.TensorInfo }, pool: Pool): tf.Tensor {
  const padded = tf.pad(input as tf.Tensor, around(pool), -Infinity);
  return crop(executeOne(`MaxPool${suffix(pool)}Grad`, window(pool), [padded, output, dy]), input.shape, pool);
}

/** Turns an average over the whole window into one over the cells that lie on the input. */
function share(pool: Pool): tf.Tensor {
  const { counts, shape } = coverage(pool.extents);
  const cells = pool.ksize.reduce((product, size) => product * size, 1);
  return tf.tensor(counts.map((count) => (count === 0 ? 0 : cells / count)), [1, ...shape, 1]);
}

function average(x: tf.Tensor, pool: Pool): tf.Tensor {
  return tf.mul(executeOne(`AvgPool${suffix(pool)}`, window(pool), [tf.pad(x, around(pool))]), share(pool));
}

function averageGradient({ dy, input }: { dy: tf.TensorInfo; input: tf.TensorInfo }, pool: Pool): tf.Tensor {
  const paddedShape = input.shape.map((size, dimension) => size + (around(pool)[dimension] ?? [0, 0]).reduce((sum, part) => sum + part, 0));
  const padded = executeOne(`AvgPool${suffix(pool)}Grad`, window(pool), [tf.tensor1d(paddedShape, 'int32'), tf.mul(dy as tf.Tensor, share(pool))]);
  return crop(padded, input.shape, pool);
}
