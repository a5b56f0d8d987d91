import * as tf from '@tensorflow/tfjs';
import { executeOne } from './execute';
import { type Kernel, wrapKernel } from './replace-kernel';

interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | [[number, number], [number, number], [number, number], [number, number]];
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Shape4D = [number, number, number, number];

/** Gradients of convolutions with explicit paddings (which residual networks in PyTorch's convention need), and fused convolutions in NCHW. */
export function registerConvolutions(): void {
  wrapKernel<{ x: tf.TensorInfo; dy: tf.TensorInfo }, ConvolutionAttributes & { filterShape: Shape4D }>(tf.Conv2DBackpropFilter, (stock) => ({ x, dy }, attributes, call) => {
    const explicit = explicitAttributes(x.shape as Shape4D, attributes.filterShape, attributes);
    return explicit ? filterGradient(x, attributes.filterShape, dy, explicit) : stock(call);
  });
  wrapKernel<{ dy: tf.TensorInfo; filter: tf.TensorInfo }, ConvolutionAttributes & { inputShape: Shape4D }>(tf.Conv2DBackpropInput, (stock) => ({ dy, filter }, attributes, call) => {
    const explicit = explicitAttributes(attributes.inputShape, filter.shape as Shape4D, attributes);
    return explicit ? inputGradient(attributes.inputShape, dy, filter, explicit) : stock(call);
  });
  wrapKernel(tf.FusedConv2D, channelsLast);
}

interface ExplicitAttributes {
  readonly [name: string]: string | number[];
  readonly strides: number[];
  readonly explicit_paddings: number[];
  readonly data_format: 'NHWC' | 'NCHW';
}

/** undefined where tfjs-node's kernel will do. */
function explicitAttributes(inputShape: Shape4D, filterShape: Shape4D, { strides, pad, dataFormat, dimRoundingMode }: ConvolutionAttributes): ExplicitAttributes | undefined {
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
  const { padInfo, strideHeight, strideWidth } = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode, false, format);
  if (padInfo.type !== 'EXPLICIT' && padInfo.type !== 'NUMBER') return undefined;
  const last = format === 'channelsLast';
  const spatial = [padInfo.top, padInfo.bottom, padInfo.left, padInfo.right];
  return {
    strides: last ? [1, strideHeight, strideWidth, 1] : [1, 1, strideHeight, strideWidth],
    padding: 'EXPLICIT',
    explicit_paddings: last ? [0, 0, ...spatial, 0, 0] : [0, 0, 0, 0, ...spatial],
    data_format: last ? 'NHWC' : 'NCHW',
  };
}

/** From the padded input: TensorFlow's gradients leave oneDNN for explicit padding, which took 62 of the 480 ms of ResNet-50's step. */
function filterGradient(x: tf.TensorInfo, shape: Shape4D, dy: tf.TensorInfo, { strides, data_format: format, explicit_paddings: paddings }: ExplicitAttributes): tf.Tensor {
  const around = x.shape.map((_, dimension): [number, number] => [paddings[2 * dimension] ?? 0, paddings[2 * dimension + 1] ?? 0]);
  return tf.tidy(() => {
    const padded = tf.pad(x as tf.Tensor, around);
    return withSizes(shape, (sizes) => executeOne('Conv2DBackpropFilter', { strides, data_format: format, padding: 'VALID' }, [padded, sizes, dy]));
  });
}

/**
 * The gradient of the padded input, cropped. TensorFlow's kernel leaves oneDNN for explicit padding and takes up to 30 times as long
 * (a 4x4 image of 512 channels on two cores).
 */
function inputGradient(shape: Shape4D, dy: tf.TensorInfo, filter: tf.TensorInfo, { strides, data_format: format, explicit_paddings: paddings }: ExplicitAttributes): tf.Tensor {
  const before = shape.map((_, dimension) => paddings[2 * dimension] ?? 0);
  // Windows may stop short of the padding behind the image; rows that no window reaches get zeros from the op.
  const padded = shape.map((size, dimension) => size + (before[dimension] ?? 0) + (paddings[2 * dimension + 1] ?? 0));
  return tf.tidy(() => {
    const whole = withSizes(padded, (sizes) => executeOne('Conv2DBackpropInput', { strides, data_format: format, padding: 'VALID' }, [sizes, filter, dy]));
    return tf.slice(whole, before, shape);
  });
}

function withSizes(shape: readonly number[], run: (sizes: tf.Tensor) => tf.Tensor): tf.Tensor {
  const sizes = tf.tensor1d([...shape], 'int32');
  const result = run(sizes);
  sizes.dispose();
  return result;
}

interface FusedInputs {
  x: tf.Tensor;
  filter: tf.Tensor;
  bias?: tf.Tensor;
  preluActivationWeights?: tf.Tensor;
}

/** tfjs-node's fused convolution knows NHWC only; the other layout goes through it. */
function channelsLast(stock: tf.KernelFunc): Kernel<FusedInputs, { dataFormat: string }> {
  return (inputs, attributes, call) => {
    if (attributes.dataFormat === 'NHWC') return stock(call);
    const perChannel = (tensor: tf.Tensor): tf.Tensor => (tensor.rank === 3 ? tf.transpose(tensor, [1, 2, 0]) : tensor);
    return tf.tidy(() => {
      const { x, filter, bias, preluActivationWeights } = inputs;
      const turned = {
        x: tf.transpose(x, [0, 2, 3, 1]),
        filter,
        ...(bias ? { bias: perChannel(bias) } : {}),
        ...(preluActivationWeights ? { preluActivationWeights: perChannel(preluActivationWeights) } : {}),
      };
      const y = stock({ ...call, inputs: turned as unknown as tf.NamedTensorInfoMap, attrs: { ...attributes, dataFormat: 'NHWC' } as unknown as tf.NamedAttrMap }) as tf.Tensor;
      return tf.transpose(y, [0, 3, 1, 2]);
    });
  };
}
