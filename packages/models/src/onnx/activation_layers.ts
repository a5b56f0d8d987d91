import { resolveActivation, type layers as fusedLayers, type ResolvedActivation } from 'cuda-activations';
import * as forms from './activations';
import type { Value } from './graph_builder';
import type { Converter, LayerCall, Result } from './layer_call';

/** Activations of tf.layers that are another function than the registry's of that name, which is then registered as `hard_sigmoid`. */
const OTHERS: Readonly<Record<string, (call: LayerCall, x: Value) => Value>> = {
  hardSigmoid: ({ g }, x) => g.op('HardSigmoid', [x], { alpha: { float: 0.2 }, beta: { float: 0.5 } }),
};

/** What `activation:` of a stock layer says: a name of tf.layers or of the registry, or `leaky_relu(negative_slope=0.1)` of `layers.activation`. */
export function stockActivation(call: LayerCall, { value, channelsFirst }: Result): Result {
  const name = (call.config['activation'] ?? 'linear') as string;
  if (name === 'linear') return { value, channelsFirst };
  const other = Object.hasOwn(OTHERS, name) ? OTHERS[name] : undefined;
  if (other) return { value: other(call, value), channelsFirst };
  const [, base = name, inside = ''] = /^(\w+)\((.*)\)$/.exec(name) ?? [];
  const parameters = Object.fromEntries(inside.split(',').filter(Boolean).map((each) => each.split('=') as [string, string]).map(([key, text]) => [key, Number(text)]));
  const activation = named(call, { name: base, ...parameters }, ['pointwise', 'rowwise']);
  if (activation.info.family === 'pointwise') return { value: forms.pointwise(call.g, value, activation), channelsFirst };
  const lastAxis = channelsFirst ? 1 : -1;
  return { value: forms.rowwise(call.g, value, activation.name, lastAxis), channelsFirst };
}

/** @throws Error that names the layer where its activation is none of the registry */
function named(call: LayerCall, spec: Parameters<typeof resolveActivation>[0], families: Parameters<typeof resolveActivation>[1]): ResolvedActivation {
  try {
    return resolveActivation(spec, families);
  } catch (error) {
    return call.refuse(error instanceof Error ? error.message : String(error));
  }
}

/** The settled activation of a fused layer. */
const settled = ({ layer }: LayerCall): ResolvedActivation => (layer as ReturnType<typeof fusedLayers.fusedActivation>).activation;

const prelu = (call: LayerCall, slope: string): Result => call.elementwise((x) => call.g.op('PRelu', [x, call.parameter(call.input, slope)]));

/** Layers of cuda-activations and of tf.layers that apply an activation. */
export const ACTIVATION_LAYERS: Readonly<Record<string, Converter>> = {
  FusedActivation: (call) => call.elementwise((x) => forms.pointwise(call.g, x, settled(call))),
  FusedBiasActivation: (call) => {
    const [x, residual] = call.inputs;
    if (!x) return call.refuse('takes x, or x and a residual, got no tensor');
    const { g } = call;
    let sum = g.op('Add', [x.value, call.parameter(x, 'bias')]);
    if (residual) sum = g.op('Add', [sum, x.channelsFirst ? call.channelsFirst(residual) : call.asInLayers(residual)]);
    return { value: forms.pointwise(g, sum, settled(call)), channelsFirst: x.channelsFirst };
  },
  FusedGatedActivation: (call) => {
    const [x, b] = call.inputs;
    if (!x) return call.refuse('takes one or two tensors, got none');
    const { info } = named(call, call.config['activation'] as string, ['gated']);
    const gate = resolveActivation(info.gate as string);
    if (b) return { value: forms.gated(call.g, x.value, x.channelsFirst ? call.channelsFirst(b) : call.asInLayers(b), gate), channelsFirst: x.channelsFirst };
    const axis = call.axisOf(x, call.config['dataFormat'] === 'channelsFirst' ? 1 : -1);
    return { value: forms.gated(call.g, ...forms.halves(call.g, x.value, axis), gate), channelsFirst: x.channelsFirst };
  },
  FusedRowActivation: (call) => {
    const { name } = named(call, call.config['activation'] as string, ['rowwise']);
    return call.elementwise((x) => forms.rowwise(call.g, x, name, call.axisOf(call.input, call.config['axis'] as number)));
  },
  FusedPReLU: (call) => prelu(call, 'slope'),
  AdaptivePiecewiseLinear: (call) =>
    call.elementwise((x) => {
      // x gets an axis behind the batch, along which the segments lie: [batch, 1, ...] and [segments, ...].
      return forms.apl(call.g, x, call.parameter(call.input, 'a', 1), call.parameter(call.input, 'b', 1), 1);
    }),
  StockActivation: (call) => {
    const activation = named(call, call.config['activation'] as string, ['pointwise', 'rowwise']);
    if (activation.info.family === 'pointwise') return call.elementwise((x) => forms.pointwise(call.g, x, activation));
    return call.elementwise((x) => forms.rowwise(call.g, x, activation.name, call.axisOf(call.input, -1)));
  },
  Activation: (call) => stockActivation(call, call.input),
  ReLU: (call) => {
    const { g, config } = call;
    return call.elementwise((x) => (config['maxValue'] == null ? g.op('Relu', [x]) : g.op('Clip', [x, g.scalar(0), g.scalar(config['maxValue'] as number)])));
  },
  LeakyReLU: (call) => call.elementwise((x) => call.g.op('LeakyRelu', [x], { alpha: { float: call.config['alpha'] as number } })),
  ELU: (call) => call.elementwise((x) => call.g.op('Elu', [x], { alpha: { float: call.config['alpha'] as number } })),
  ThresholdedReLU: (call) => call.elementwise((x) => call.g.op('ThresholdedRelu', [x], { alpha: { float: call.config['theta'] as number } })),
  PReLU: (call) => prelu(call, 'alpha'),
  Softmax: (call) => {
    const { axis } = call.config;
    if (typeof axis !== 'number') return call.refuse(`axis must be one number to be exported, got ${JSON.stringify(axis)}`);
    return call.elementwise((x) => forms.rowwise(call.g, x, 'softmax', call.axisOf(call.input, axis)));
  },
};
