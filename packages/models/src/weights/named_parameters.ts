import * as tf from '@cuda-activations/runtime';
import { convolutionLayout, linearLayout, sameLayout, type Layout } from './torch_layout';

/** One weight of a model under the name that PyTorch, and the paper's figures, give it. */
export interface NamedParameter extends Layout {
  /** `conv1.weight`, `layer4.0.bn1.running_mean`, `fc.bias` ... */
  readonly name: string;
  /** False for running statistics. */
  readonly trainable: boolean;
  readonly weight: tf.LayerVariable;
  /** The variable behind `weight`, as optimisers and `tf.variableGrads` know it. */
  readonly variable: tf.Variable;
}

const TORCH_NAMES: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/**
 * PyTorch's name of a weight: `layer4.0.conv1/kernel` is `layer4.0.conv1.weight`.
 *
 * @param originalName `LayerVariable.originalName`: unlike its `name`, free of the suffix that a second model in the process gets
 */
export function torchParameterName(originalName: string): string {
  const at = originalName.lastIndexOf('/');
  const weight = originalName.slice(at + 1);
  return `${originalName.slice(0, Math.max(at, 0)).replaceAll('/', '.')}${at > 0 ? '.' : ''}${TORCH_NAMES[weight] ?? weight}`;
}

/** All weights of a model of this package, in the order of PyTorch's `named_parameters`, running statistics after each layer's. */
export function namedParameters(model: tf.LayersModel): NamedParameter[] {
  let flattened: [number, number, number] | undefined;
  const parameters: NamedParameter[] = [];
  for (const layer of inTorchOrder(model.layers)) {
    const kind = layer.getClassName();
    if (kind === 'Flatten') flattened = (layer.input as tf.SymbolicTensor).shape.slice(1) as [number, number, number];
    for (const weight of layer.weights) {
      const shape = weight.shape as number[];
      const kernel = weight.originalName.endsWith('/kernel');
      const layout =
        kernel && shape.length === 4 ? convolutionLayout(shape) : kernel && shape.length === 2 ? linearLayout(shape as [number, number], flattened) : sameLayout(shape);
      parameters.push({ ...layout, name: torchParameterName(weight.originalName), trainable: weight.trainable, weight, variable: weight.read() as tf.Variable });
    }
    if (kind === 'Dense') flattened = undefined;
  }
  return parameters;
}

/** PyTorch lists a block's projection after its other layers; the graph of a model has it beside the first. */
function inTorchOrder(layers: readonly tf.layers.Layer[]): tf.layers.Layer[] {
  const block = (layer: tf.layers.Layer): string => /^layer\d+\.\d+/.exec(layer.name)?.[0] ?? layer.name;
  const groups = new Map<string, tf.layers.Layer[]>();
  for (const layer of layers) groups.set(block(layer), [...(groups.get(block(layer)) ?? []), layer]);
  const projection = (layer: tf.layers.Layer): number => Number(layer.name.includes('.downsample.'));
  return [...groups.values()].flatMap((group) => group.sort((a, b) => projection(a) - projection(b)));
}

/** Sets one weight from values in PyTorch's order. */
export function assignTorch(parameter: NamedParameter, values: Float32Array): void {
  const tensor = tf.tensor(parameter.fromTorch(values), parameter.weight.shape as number[]);
  parameter.weight.write(tensor);
  tensor.dispose();
}

/** Number of trainable parameters, as PyTorch counts: without running statistics. */
export function countParameters(model: tf.LayersModel): number {
  return model.trainableWeights.reduce((sum, { shape }) => sum + shape.reduce<number>((product, size) => product * (size ?? 1), 1), 0);
}
