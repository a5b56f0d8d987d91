import type { Attribute } from './schema';
import type { Value } from './graph_builder';
import { permute } from '../weights/torch_layout';
import { stockActivation } from './activation_layers';
import type { Converter, LayerCall, Result, Weight } from './layer_call';

/** A window that slides over height and width. */
interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations?: readonly [number, number];
  /** `valid`, `same`, or places on each of the four sides. */
  readonly padding: 'valid' | 'same' | number;
  readonly rounding?: 'floor' | 'ceil';
}

/** The window in ONNX's terms. TensorFlow's `same` puts the odd place behind; sizes that are not known leave it to the runtime. */
function slidingAttributes(call: LayerCall, { size, strides, dilations = [1, 1], padding, rounding = 'floor' }: Window): Record<string, Attribute> {
  const base = { kernel_shape: size, strides, ...(dilations.some((each) => each !== 1) && { dilations }) };
  if (padding === 'valid') return base;
  const sizes = call.input.shape.slice(1, 3);
  const known = sizes.every((each) => each != null);
  if (padding === 'same' && !known) return { ...base, auto_pad: 'SAME_UPPER' };
  if (padding !== 'same' && (rounding === 'floor' || !known))
    return { ...base, pads: [padding, padding, padding, padding], ...(rounding === 'ceil' && { ceil_mode: 1 }) };
  const pads = [0, 1].map((i): [number, number] => {
    const [extent, stride, window] = [sizes[i] as number, strides[i] as number, ((size[i] as number) - 1) * (dilations[i] as number) + 1];
    if (padding === 'same') {
      const total = Math.max((Math.ceil(extent / stride) - 1) * stride + window - extent, 0);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    }
    // The last window hangs over the end.
    return [padding, Math.max(Math.ceil((extent + 2 * padding - window) / stride) * stride + window - extent - padding, 0)];
  });
  return { ...base, pads: [...pads.map(([before]) => before), ...pads.map(([, behind]) => behind)] };
}

const pair = (value: unknown): readonly [number, number] => (Array.isArray(value) ? (value as [number, number]) : [value as number, value as number]);
const sides = (value: unknown): 'valid' | 'same' => (value === 'same' ? 'same' : 'valid');

/** @param kernel [out, in / group, height, width] */
function convolution(call: LayerCall, x: Value, name: string, kernel: Weight, attributes: Record<string, Attribute>, bias: boolean): Value {
  const { g } = call;
  const inputs = [x, g.weight(name, kernel.shape, kernel.data)];
  if (bias) {
    const { shape, data } = call.weight('bias');
    inputs.push(g.weight('bias', shape, data));
  }
  return g.op('Conv', inputs, attributes);
}

/** [height, width, in, out] as [out, in, height, width]. */
function convolutionKernel({ shape, data }: Weight): Weight {
  const axes = [3, 2, 0, 1];
  return { shape: axes.map((axis) => shape[axis] as number), data: permute(data, shape, axes) };
}

/** [height, width, in, multiplier] as [in multiplier, 1, height, width]. */
function depthwiseKernel({ shape, data }: Weight): Weight & { readonly group: number } {
  const [height = 0, width = 0, channels = 0, multiplier = 0] = shape;
  return { shape: [channels * multiplier, 1, height, width], data: permute(data, shape, [2, 3, 0, 1]), group: channels };
}

const ofStockLayer = (call: LayerCall, size: readonly [number, number]): Record<string, Attribute> =>
  slidingAttributes(call, { size, strides: pair(call.config['strides']), dilations: pair(call.config['dilationRate'] ?? 1), padding: sides(call.config['padding']) });

/** Pooling over the channels-first image. */
function pooling(opType: string, call: LayerCall, window: Window): Result {
  return { value: call.g.op(opType, [call.channelsFirst(call.input)], slidingAttributes(call, window)), channelsFirst: true };
}

const stockPooling =
  (opType: string): Converter =>
  (call) => {
    call.requireChannelsLast();
    return pooling(opType, call, { size: pair(call.config['poolSize']), strides: pair(call.config['strides']), padding: sides(call.config['padding']) });
  };

/** Pooling of this package. */
const symmetricPooling =
  (opType: string): Converter =>
  (call) => {
    const { poolSize, stride, padding, rounding } = call.config as { poolSize: number; stride: number; padding: number; rounding: 'floor' | 'ceil' };
    return pooling(opType, call, { size: [poolSize, poolSize], strides: [stride, stride], padding, rounding });
  };

const globalPooling =
  (opType: string): Converter =>
  (call) => {
    call.requireChannelsLast();
    return { value: call.g.op('Flatten', [call.g.op(opType, [call.channelsFirst(call.input)])]), channelsFirst: false };
  };

/** Layers over images. */
export const IMAGE_LAYERS: Readonly<Record<string, Converter>> = {
  Conv2D: (call) => {
    call.requireChannelsLast();
    const kernel = convolutionKernel(call.weight('kernel'));
    const value = convolution(
      call,
      call.channelsFirst(call.input),
      'kernel',
      kernel,
      ofStockLayer(call, pair(call.config['kernelSize'])),
      call.config['useBias'] === true,
    );
    return stockActivation(call, { value, channelsFirst: true });
  },
  DepthwiseConv2D: (call) => {
    call.requireChannelsLast();
    const { group, ...kernel } = depthwiseKernel(call.weight('depthwise_kernel'));
    const attributes = { ...ofStockLayer(call, pair(call.config['kernelSize'])), group };
    return stockActivation(call, {
      value: convolution(call, call.channelsFirst(call.input), 'depthwise_kernel', kernel, attributes, call.config['useBias'] === true),
      channelsFirst: true,
    });
  },
  SeparableConv2D: (call) => {
    call.requireChannelsLast();
    const { group, ...kernel } = depthwiseKernel(call.weight('depthwise_kernel'));
    const attributes = { ...ofStockLayer(call, pair(call.config['kernelSize'])), group };
    const x = convolution(call, call.channelsFirst(call.input), 'depthwise_kernel', kernel, attributes, false);
    const pointwise = convolutionKernel(call.weight('pointwise_kernel'));
    return stockActivation(call, {
      value: convolution(call, x, 'pointwise_kernel', pointwise, { kernel_shape: [1, 1] }, call.config['useBias'] === true),
      channelsFirst: true,
    });
  },
  // Of this package.
  Conv2d: (call) => {
    const { kernelSize, stride, padding, useBias } = call.config as { kernelSize: number; stride: number; padding: number; useBias: boolean };
    const attributes = slidingAttributes(call, { size: [kernelSize, kernelSize], strides: [stride, stride], padding });
    return { value: convolution(call, call.channelsFirst(call.input), 'kernel', convolutionKernel(call.weight('kernel')), attributes, useBias), channelsFirst: true };
  },
  MaxPooling2D: stockPooling('MaxPool'),
  AveragePooling2D: stockPooling('AveragePool'),
  MaxPool2d: symmetricPooling('MaxPool'),
  AveragePool2d: symmetricPooling('AveragePool'),
  GlobalMaxPooling2D: globalPooling('GlobalMaxPool'),
  GlobalAveragePooling2D: globalPooling('GlobalAveragePool'),
  ZeroPadding2D: (call) => {
    call.requireChannelsLast();
    const [[top, bottom], [left, right]] = call.config['padding'] as [[number, number], [number, number]];
    const x = call.channelsFirst(call.input);
    return { value: call.g.op('Pad', [x, call.g.integers(0, 0, top, left, 0, 0, bottom, right)], { mode: 'constant' }), channelsFirst: true };
  },
};
