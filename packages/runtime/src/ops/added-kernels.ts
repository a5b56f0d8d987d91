import * as tf from '@tensorflow/tfjs';
import { tensorflowBackend } from '../backend/register';
import { dataTypeNumber } from '../binding/data-types';
import { executeOp } from '../execute-op';
import { executeOne } from './execute';
import { addKernel, wrapKernel } from './replace-kernel';

interface Unary {
  x: tf.TensorInfo;
}

interface Binary {
  a: tf.TensorInfo;
  b: tf.TensorInfo;
}

const cast = (x: tf.TensorInfo, dtype: tf.DataType): tf.Tensor => executeOne('Cast', { DstT: dtype }, [x]);

/** The same data under another tensor: no op at all. */
function alias(x: tf.TensorInfo, shape: number[], call: Parameters<tf.KernelFunc>[0]): tf.TensorInfo {
  (call.backend as tf.KernelBackend).incRef(x.dataId);
  return { dataId: x.dataId, shape, dtype: x.dtype };
}

/** Kernels that tfjs-node never registered although TensorFlow has the op, and corrections of some that it has. */
export function registerAddedKernels(): void {
  addKernel<Binary, unknown>('BitwiseAnd', ({ a, b }) => executeOne('BitwiseAnd', {}, [a, b]));

  addKernel<{ x: tf.TensorInfo; weights: tf.TensorInfo }, { size: number; binaryOutput: boolean }>('DenseBincount', ({ x, weights }, { size, binaryOutput }) =>
    withTensors([tf.scalar(size, 'int32')], (bins) => executeOne('DenseBincount', { binary_output: binaryOutput }, [x, ...bins, weights])),
  );

  addKernel<{ sortedSequence: tf.TensorInfo; values: tf.TensorInfo }, { side: 'left' | 'right' }>('SearchSorted', ({ sortedSequence, values }, { side }) =>
    executeOne(side === 'left' ? 'LowerBound' : 'UpperBound', { out_type: 'int32' }, [sortedSequence, values]),
  );

  addKernel<Unary, tf.MaxPoolWithArgmaxAttrs>('MaxPoolWithArgmax', ({ x }, { filterSize, strides, pad, includeBatchInIndex }) => {
    const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = tf.backend_util.computePool2DInfo(x.shape as [number, number, number, number], filterSize, strides, [1, 1], pad);
    const attributes = { ksize: [1, filterHeight, filterWidth, 1], strides: [1, strideHeight, strideWidth, 1], padding: padInfo.type, include_batch_in_index: includeBatchInIndex };
    const [y, wide] = executeOp('MaxPoolWithArgmax', { ...attributes, Targmax: 'int64' }, [x], 2) as [tf.Tensor, tf.Tensor];
    const index = cast(wide, 'int32');
    wide.dispose();
    return [y, index];
  });

  addKernel<{ image: tf.TensorInfo; transforms: tf.TensorInfo }, tf.TransformAttrs>('Transform', ({ image, transforms }, { interpolation, fillMode, fillValue, outputShape }) =>
    withTensors([tf.tensor1d(outputShape ?? image.shape.slice(1, 3), 'int32'), tf.scalar(fillValue)], (rest) =>
      executeOne('ImageProjectiveTransformV3', { interpolation: interpolation.toUpperCase(), fill_mode: fillMode.toUpperCase() }, [image, transforms, ...rest]),
    ),
  );

  // Casts and reshapes that change nothing, of which tfjs makes many. A tensor shown as int32 may be uint8 in TensorFlow (a decoded image).
  const isOfType = (x: tf.TensorInfo, dtype: tf.DataType): boolean => tensorflowBackend().data(x).dtype === dataTypeNumber(dtype);
  wrapKernel<Unary, { dtype: tf.DataType }>(tf.Cast, (stock) => ({ x }, { dtype }, call) => (isOfType(x, dtype) ? alias(x, x.shape, call) : stock(call)));
  wrapKernel<Unary, { shape: number[] }>(tf.Reshape, (stock) => ({ x }, { shape }, call) => (tf.util.arraysEqual(x.shape, shape) ? alias(x, x.shape, call) : stock(call)));

  // Of two matrices (tfjs adds a batch of 1): unlike the batched op, MatMul is fused with the bias and activation that follow it.
  wrapKernel<Binary, { transposeA: boolean; transposeB: boolean }>(tf.BatchMatMul, (stock) => ({ a, b }, { transposeA, transposeB }, call) => {
    if (!areMatrices(a, b)) return stock(call);
    return asBatch([a, b], (left, right) => executeOne('MatMul', { transpose_a: transposeA, transpose_b: transposeB }, [left, right]));
  });
  wrapKernel<Binary & { bias?: tf.TensorInfo; preluActivationWeights?: tf.TensorInfo }, unknown>(tf._FusedMatMul, (stock) => ({ a, b, bias, preluActivationWeights }, _attributes, call) => {
    if (!areMatrices(a, b) || bias?.shape.length !== 1 || preluActivationWeights) return stock(call);
    return asBatch([a, b], (left, right) => stock({ ...call, inputs: { a: left, b: right, bias } }) as tf.Tensor);
  });

  // One index a row may come without its dimension of size 1.
  wrapKernel<{ indices: tf.TensorInfo; updates: tf.TensorInfo }, { shape: number[] }>('ScatterNd', (stock) => ({ indices, updates }, _attributes, call) => {
    const rank = indices.shape.length;
    if (rank === 0 || updates.shape.length + 1 - rank + (indices.shape.at(-1) ?? 1) === shapeRank(call)) return stock(call);
    return tf.tidy(() => stock({ ...call, inputs: { indices: tf.expandDims(indices as tf.Tensor, -1), updates } as unknown as tf.NamedTensorInfoMap }) as tf.Tensor);
  });

  // TensorFlow has these for floating point only.
  const conversions: [string, (y: tf.Tensor) => tf.Tensor][] = [[tf.LeakyRelu, (y) => y], [tf.Step, (y) => cast(y, 'int32')]];
  for (const [name, convert] of conversions) {
    wrapKernel<Unary, unknown>(name, (stock) => ({ x }, _attributes, call) =>
      x.dtype === 'float32' ? stock(call) : tf.tidy(() => convert(stock({ ...call, inputs: { x: cast(x, 'float32') } as unknown as tf.NamedTensorInfoMap }) as tf.Tensor)),
    );
  }
  wrapKernel<Unary, unknown>(tf.Diag, (stock) => ({ x }, _attributes, call) =>
    x.dtype === 'bool' ? tf.tidy(() => cast(stock({ ...call, inputs: { x: cast(x, 'int32') } as unknown as tf.NamedTensorInfoMap }) as tf.TensorInfo, 'bool')) : stock(call),
  );

  // tfjs defines sign(NaN) as 0.
  wrapKernel<Unary, unknown>(tf.Sign, (stock) => ({ x }, _attributes, call) =>
    x.dtype === 'float32' ? tf.tidy(() => tf.where(tf.isNaN(x as tf.Tensor), tf.zerosLike(x as tf.Tensor), stock(call) as tf.Tensor)) : stock(call),
  );
}

const areMatrices = (...operands: tf.TensorInfo[]): boolean => operands.every(({ shape, dtype }) => dtype === 'float32' && (shape.length === 2 || (shape.length === 3 && shape[0] === 1)));

/** A product of matrices, given and returned as a batch of one unless both came without. */
function asBatch(operands: [tf.TensorInfo, tf.TensorInfo], multiply: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const [left, right] = operands.map((x) => tf.reshape(x as tf.Tensor, x.shape.slice(-2))) as [tf.Tensor, tf.Tensor];
    const product = multiply(left, right);
    return operands.every(({ shape }) => shape.length === 2) ? product : tf.reshape(product, [1, ...product.shape]);
  });
}

const shapeRank = (call: Parameters<tf.KernelFunc>[0]): number => (call.attrs as unknown as { shape: number[] }).shape.length;

function withTensors(tensors: tf.Tensor[], run: (tensors: tf.Tensor[]) => tf.Tensor): tf.Tensor {
  const result = run(tensors);
  tf.dispose(tensors);
  return result;
}
