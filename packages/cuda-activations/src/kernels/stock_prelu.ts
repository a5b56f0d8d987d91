import type * as tf from '@cuda-activations/runtime';
import { type DataFormat, dataFormatAttributes, engine, runOp, runSingleOp } from './ops';
import type { KernelAndGradient } from './stock';
import { tfjs } from '../tensorflow/tfjs';

/** The slope as the fused op takes it. */
interface SlopeForm {
  readonly shape: number[];
  readonly dataFormat: DataFormat;
}

/**
 * A stock slope broadcasts against x. The fused op has three of its forms: one value, one per channel, one per position.
 * @returns undefined for any other form
 */
export function slopeForm(x: readonly number[], alpha: readonly number[]): SlopeForm | undefined {
  const size = alpha.reduce((product, length) => product * length, 1);
  if (size === 1) return { shape: [1], dataFormat: 'channelsLast' };
  // Axes counted from the right, as broadcasting does; the batch axis must be shared.
  const aligned = [...x.slice(alpha.length).map(() => 1), ...alpha];
  if (aligned.length !== x.length || aligned[0] !== 1 || x.length < 2) return undefined;
  const perPosition = aligned.slice(1);
  if (perPosition.every((length, i) => length === x[i + 1])) return { shape: perPosition, dataFormat: 'channelsLast' };
  for (const [axis, dataFormat] of [[x.length - 1, 'channelsLast'], [1, 'channelsFirst']] as const)
    if (aligned[axis] === x[axis] && size === x[axis]) return { shape: [size], dataFormat };
  return undefined;
}

/** The stock kernel Prelu as one op each way where its slope has a form that the op takes. */
export function stockPRelu({ kernel, gradient }: KernelAndGradient): KernelAndGradient {
  const reshaped = (alpha: tf.TensorInfo, form: SlopeForm): tf.Tensor => tfjs.reshape(alpha as tf.Tensor, form.shape);
  return {
    kernel: {
      ...kernel,
      kernelFunc: (call) => {
        const { x, alpha } = call.inputs as { x: tf.TensorInfo; alpha: tf.TensorInfo };
        const form = x.dtype === 'float32' && alpha.dtype === 'float32' ? slopeForm(x.shape, alpha.shape) : undefined;
        if (!form) return kernel.kernelFunc(call);
        const slope = reshaped(alpha, form);
        const y = runSingleOp('CudaActivations>PRelu', [...dataFormatAttributes(form.dataFormat)], [x, slope]);
        slope.dispose();
        return y;
      },
    },
    gradient: {
      kernelName: tfjs.Prelu,
      inputsToSave: ['x', 'alpha'],
      gradFunc: (dy, saved, attrs) => {
        const [x, alpha] = saved as [tf.Tensor, tf.Tensor];
        const upstream = dy as tf.Tensor;
        const form = x.dtype === 'float32' && alpha.dtype === 'float32' && engine.state.gradientDepth === 0 ? slopeForm(x.shape, alpha.shape) : undefined;
        if (!form) return gradient.gradFunc(dy, saved, attrs);
        const slope = reshaped(alpha, form);
        const [dx, dslope] = runOp('CudaActivations>PReluGrad', [...dataFormatAttributes(form.dataFormat)], [upstream, x, slope], 2) as [tf.Tensor, tf.Tensor];
        return { x: () => dx, alpha: () => tfjs.reshape(dslope, alpha.shape) };
      },
    },
  };
}
