import type * as tf from '@cuda-activations/runtime';
import * as tensorFunctions from '../functions/tensor_functions';
import { camelCase } from '../registry/parameters';
import { listActivations, resolveActivation } from '../registry/registry';
import type { ActivationSpec, ResolvedActivation } from '../registry/types';
import { tfjs } from '../tensorflow/tfjs';

/** tfjs-layers' Activation: what `activation:` of a stock layer names. */
interface Activation {
  apply(x: tf.Tensor): tf.Tensor;
  getClassName(): string;
  getConfig(): tf.serialization.ConfigDict;
}
type ActivationClass = (new () => Activation) & { className: string; fromConfig: typeof tf.serialization.Serializable.fromConfig };

/** tfjs exports the base class nowhere, but its classes are registered by name. */
function baseClass(): ActivationClass {
  const linear = tfjs.serialization.SerializationMap.getMap().classNameMap['linear']?.[0];
  if (!linear) throw new Error('tf.layers has no activation "linear"');
  return Object.getPrototypeOf(linear) as unknown as ActivationClass;
}

/** Names that tf.layers, which spells them in camelCase when it loads a model, would take for another function of its own: hardSigmoid is that of Keras 2. */
const OTHERS_OF_TF_LAYERS = new Set(['hard_sigmoid']);

/** What a saved model holds for `className`: a name that tf.layers reads back as this activation. */
const savedName = (className: string): string => (OTHERS_OF_TF_LAYERS.has(className) ? `${className}()` : className);

/** A class that tf.layers makes where a layer's `activation` is `className`. */
export function activationClass(className: string, activation: ResolvedActivation): ActivationClass {
  return class extends baseClass() {
    static override className = className;
    override getClassName(): string {
      return savedName(className);
    }
    override apply(x: tf.Tensor): tf.Tensor {
      return activation.info.family === 'rowwise' ? tensorFunctions.rowwise(x, activation.info, -1) : tensorFunctions.pointwise(x, activation);
    }
  };
}

/** Makes `activation: className` mean this activation in layers made from now on. */
export function register(className: string, activation: ResolvedActivation): void {
  tfjs.serialization.registerClass(activationClass(className, activation) as unknown as tf.serialization.SerializableConstructor<tf.serialization.Serializable>);
}

/**
 * Registers every pointwise and row-wise activation under its name, its aliases and their camelCase forms, which is how tf.layers spells them when it
 * loads a model. Names that tf.layers has already keep their meaning; see fuseStockActivations.
 */
export function registerNamedActivations(): void {
  const taken = tfjs.serialization.SerializationMap.getMap().classNameMap;
  for (const info of [...listActivations('pointwise'), ...listActivations('rowwise')]) {
    const activation = resolveActivation(info.name);
    for (const name of new Set([info.name, savedName(info.name), ...info.aliases].flatMap((each) => [each, camelCase(each)])))
      if (!(name in taken)) register(name, activation);
  }
}

/**
 * An activation with parameters for `activation:` of a stock layer. tf.layers saves only its name, here with the parameters in it
 * (`leaky_relu(negative_slope=0.1)`): call this once before loading such a model, or use the layer `fusedActivation`, which saves its parameters.
 */
export function activationInstance(spec: ActivationSpec): Activation {
  const activation = resolveActivation(spec, ['pointwise', 'rowwise']);
  const parameters = Object.entries(activation.parameters).map(([name, value]) => `${name}=${String(value)}`);
  const className = parameters.length > 0 ? `${activation.name}(${parameters.join(',')})` : savedName(activation.name);
  for (const name of new Set([className, camelCase(className)])) register(name, activation);
  return new (activationClass(className, activation))();
}
