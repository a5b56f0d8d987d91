import type { GraphBuilder, Value } from './graph_builder';
import { stockActivation } from './activation_layers';
import type { Converter, LayerCall, Result } from './layer_call';

/** Layers that do nothing once a model is trained. */
const unchanged: Converter = ({ input: { value, channelsFirst } }) => ({ value, channelsFirst });

/** A function of all inputs, broadcast as tf.layers does where their ranks are equal. */
const merging = (write: (g: GraphBuilder, values: Value[]) => Value): Converter => (call) => {
  const [first] = call.inputs;
  if (!first) return call.refuse('takes several tensors, got none');
  if (call.inputs.some(({ shape }) => shape.length !== first.shape.length)) call.refuse('tensors of different ranks are not exported');
  const channelsFirst = call.inputs.some((edge) => edge.channelsFirst);
  return { value: write(call.g, call.inputs.map((edge) => (channelsFirst ? call.channelsFirst(edge) : call.asInLayers(edge)))), channelsFirst };
};
const product: Converter = merging((g, values) => values.reduce((a, b) => g.op('Mul', [a, b])));

/** (x - mean) / sqrt(variance + epsilon) gamma + beta, with the running statistics. */
const batchNorm: Converter = (call) => {
  const { g, config, input } = call;
  const axis = call.axisOf(input, (config['axis'] as number | undefined) ?? -1);
  const mean = call.weight('moving_mean');
  const variance = call.weight('moving_variance');
  const whole = (name: 'gamma' | 'beta', missing: number): Float32Array =>
    config[name === 'gamma' ? 'scale' : 'center'] === false ? new Float32Array(mean.data.length).fill(missing) : call.weight(name).data;
  const parameters = [['gamma', whole('gamma', 1)], ['beta', whole('beta', 0)], ['moving_mean', mean.data], ['moving_variance', variance.data]] as const;
  // Where the channels are last of four, they come second; elsewhere ONNX wants them second as well.
  const image = input.shape.length === 4 && !input.channelsFirst && axis === 3;
  const x = image ? call.channelsFirst(input) : input.value;
  if (!image && axis !== 1) call.refuse(`axis must be the channels of [batch, channels] or [batch, height, width, channels] to be exported, got ${JSON.stringify(config['axis'])}`);
  const inputs = parameters.map(([name, data]) => g.weight(name, [data.length], data));
  const value = g.op('BatchNormalization', [x, ...inputs], { epsilon: { float: config['epsilon'] as number } });
  return { value, channelsFirst: image || input.channelsFirst };
};

function layerNorm(call: LayerCall): Result {
  const { g, config, input } = call;
  const axes = ([config['axis']].flat() as number[]).map((axis) => (axis < 0 ? axis + input.shape.length : axis));
  if (axes.length !== 1 || axes[0] !== input.shape.length - 1) call.refuse(`axis must be the last to be exported, got ${JSON.stringify(config['axis'])}`);
  const size = input.shape.at(-1) as number;
  const scale = config['scale'] === false ? new Float32Array(size).fill(1) : call.weight('gamma').data;
  const inputs = [call.asInLayers(input), g.weight('gamma', [size], scale)];
  if (config['center'] !== false) inputs.push(g.weight('beta', [size], call.weight('beta').data));
  return { value: g.op('LayerNormalization', inputs, { axis: -1, epsilon: { float: config['epsilon'] as number } }), channelsFirst: false };
}

/** Layers that are neither over images nor activations. */
export const OTHER_LAYERS: Readonly<Record<string, Converter>> = {
  Dense: (call) => {
    const { g, input } = call;
    const x = call.asInLayers(input);
    const kernel = call.weight('kernel');
    const weights = [g.weight('kernel', kernel.shape, kernel.data)];
    if (call.config['useBias'] === true) {
      const { shape, data } = call.weight('bias');
      weights.push(g.weight('bias', shape, data));
    }
    const [w = '', bias] = weights;
    if (input.shape.length === 2) return stockActivation(call, { value: g.op('Gemm', [x, ...weights]), channelsFirst: false });
    const y = g.op('MatMul', [x, w]);
    return stockActivation(call, { value: bias === undefined ? y : g.op('Add', [y, bias]), channelsFirst: false });
  },
  BatchNormalization: batchNorm,
  BatchNorm2d: batchNorm,
  LayerNormalization: layerNorm,
  Flatten: (call) => {
    call.requireChannelsLast();
    return { value: call.g.op('Flatten', [call.asInLayers(call.input)]), channelsFirst: false };
  },
  Reshape: (call) => {
    const target = (call.config['targetShape'] as (number | null)[]).map((size) => size ?? -1);
    // 0 is the batch, as it is.
    return { value: call.g.op('Reshape', [call.asInLayers(call.input), call.g.integers(0, ...target)]), channelsFirst: false };
  },
  Permute: (call) => ({ value: call.g.op('Transpose', [call.asInLayers(call.input)], { perm: [0, ...(call.config['dims'] as number[])] }), channelsFirst: false }),
  Add: merging((g, values) => (values.length === 2 ? g.op('Add', values) : g.op('Sum', values))),
  Multiply: product,
  Average: merging((g, values) => g.op('Mean', values)),
  Maximum: merging((g, values) => g.op('Max', values)),
  Minimum: merging((g, values) => g.op('Min', values)),
  Concatenate: (call) => {
    const channelsFirst = call.inputs.some((edge) => edge.channelsFirst);
    const edges = call.inputs.map((edge) => ({ ...edge, value: channelsFirst ? call.channelsFirst(edge) : call.asInLayers(edge), channelsFirst }));
    const [first] = edges;
    if (!first) return call.refuse('takes several tensors, got none');
    const axis = call.axisOf(first, call.config['axis'] as number);
    return { value: call.g.op('Concat', edges.map(({ value }) => value), { axis }), channelsFirst };
  },
  Dropout: unchanged,
  SpatialDropout1D: unchanged,
  GaussianDropout: unchanged,
  GaussianNoise: unchanged,
  AlphaDropout: unchanged,
  // Of this package.
  StatefulDropout: unchanged,
};
