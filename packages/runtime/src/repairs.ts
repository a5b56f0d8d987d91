import * as tf from '@tensorflow/tfjs';
import { activationGradients } from './gradients/activations';
import { addGradient, addKernel } from './gradients/bias';
import { reductionGradients } from './gradients/reductions';
import { stockWhereNested } from './gradients/second-order';
import { batchNormalizationCall } from './layers/batch-normalization';
import { dropoutCall } from './layers/dropout';
import { layerPrototype } from './layers/layer-class';
import { type CompilablePrototype, modelCompile } from './layers/model-compile';
import { softmaxCrossEntropy } from './losses/losses';
import { nativeTrain } from './optimizers/train';

/** The slow parts of stock TensorFlow.js that this package replaces in place, each of which can be switched off. */
export interface Repairs {
  /** Gradients of relu, relu6, leakyRelu and selu: one op each. */
  activations: boolean;
  /** Gradients of sum and mean: broadcast instead of a product with ones from JavaScript. Of tile: one sum instead of a slice and an addition for each copy. */
  reductions: boolean;
  /** x + bias as BiasAdd, its gradient as BiasAddGrad; no sums and reshapes for additions that do not broadcast. */
  biases: boolean;
  /** tf.layers.batchNormalization in training: FusedBatchNormV3 and its gradient. */
  batchNormalization: boolean;
  /** tf.layers.dropout and spatialDropout1d: masks drawn inside the graph. */
  dropout: boolean;
  /** tf.losses.softmaxCrossEntropy, and the cross-entropies that model.compile() is given by name: one op. */
  crossEntropy: boolean;
  /** tf.train.sgd, momentum and adam (and their names in model.compile()): one in-place op a variable. */
  optimizers: boolean;
}

/** Puts a repair in place and returns what takes it away again. */
type Install = () => () => void;

const installers: Readonly<Record<keyof Repairs, Install>> = {
  activations: () => all(activationGradients.map(replaceGradient)),
  reductions: () => all(reductionGradients.map(replaceGradient)),
  biases: () => all([replaceGradient(addGradient), replaceKernel(tf.Add, addKernel)]),
  batchNormalization: () => {
    const layer = layerPrototype('BatchNormalization');
    return replaceProperty(layer, 'call', batchNormalizationCall(layer.call));
  },
  dropout: () => {
    const layer = layerPrototype('Dropout');
    return replaceProperty(layer, 'call', dropoutCall(layer.call));
  },
  crossEntropy: () => {
    const model = tf.LayersModel.prototype as unknown as CompilablePrototype;
    return all([replaceProperty(tf.losses as { softmaxCrossEntropy: unknown }, 'softmaxCrossEntropy', softmaxCrossEntropy), replaceProperty(model, 'compile', modelCompile(model.compile))]);
  },
  optimizers: () => all(Object.entries(nativeTrain).map(([name, make]) => replaceProperty(tf.train as unknown as Record<string, unknown>, name, make))),
};

const installed = new Map<keyof Repairs, () => void>();

/** Which repairs are in place. */
export function activeRepairs(): Repairs {
  return Object.fromEntries(Object.keys(installers).map((name) => [name, installed.has(name as keyof Repairs)])) as unknown as Repairs;
}

/**
 * Switches repairs on or off; those that are not named stay as they are. Applies to what runs afterwards: compiled functions keep what they were
 * traced with, and models and optimisers what they were made with.
 * @example configureRepairs({ dropout: false })
 * @throws an Error for an unknown name.
 */
export function configureRepairs(changes: Partial<Repairs> | boolean): Repairs {
  const wanted = typeof changes === 'boolean' ? Object.fromEntries(Object.keys(installers).map((name) => [name, changes])) : changes;
  for (const [name, on] of Object.entries(wanted)) {
    const install = (installers as Record<string, Install | undefined>)[name];
    if (install === undefined) throw new Error(`unknown repair "${name}"; there are: ${Object.keys(installers).join(', ')}`);
    if (typeof on !== 'boolean') throw new Error(`repair "${name}": expected true or false, but got ${String(on)}`);
    const remove = installed.get(name as keyof Repairs);
    if (on && !remove) installed.set(name as keyof Repairs, install());
    if (!on && remove) {
      remove();
      installed.delete(name as keyof Repairs);
    }
  }
  return activeRepairs();
}

function replaceGradient(config: tf.GradConfig): () => void {
  const stock = tf.getGradient(config.kernelName);
  swapGradient(stockWhereNested(config, stock));
  return () => swapGradient(stock);
}

function swapGradient(config: tf.GradConfig): void {
  tf.unregisterGradient(config.kernelName);
  tf.registerGradient(config);
}

function replaceKernel(kernelName: string, make: (stock: tf.KernelConfig) => tf.KernelConfig): () => void {
  const stock = tf.getKernel(kernelName, 'tensorflow');
  swapKernel(make(stock));
  return () => swapKernel(stock);
}

function swapKernel(config: tf.KernelConfig): void {
  tf.unregisterKernel(config.kernelName, config.backendName);
  tf.registerKernel(config);
}

function replaceProperty<T extends object, K extends keyof T>(owner: T, name: K, value: T[K]): () => void {
  const stock = owner[name];
  owner[name] = value;
  return () => {
    owner[name] = stock;
  };
}

function all(removals: readonly (() => void)[]): () => void {
  return () => removals.forEach((remove) => remove());
}
