import { describe } from '../registry/describe';

/** What the functions on tensors need of a TensorFlow.js: `@tensorflow/tfjs-core` has it, `@tensorflow/tfjs` and `@tensorflow/tfjs-node` as well. */
export interface TensorFlowJs {
  engine(): object;
  backend(): object;
  getBackend(): string;
  registerKernel(config: never): void;
  registerGradient(config: never): void;
}

let given: TensorFlowJs | undefined;
let settled = false;

/**
 * Makes the functions on tensors, and the layers, work in a stock TensorFlow.js instead of `@cuda-activations/runtime`, which is not loaded then. The kernels
 * are the same; tensors are read from the backend and written back around each, which is slower than an op of the backend's own.
 * @param tf the module whose tensors will be passed: `@tensorflow/tfjs-core` with a backend that can be read synchronously (cpu, wasm, tensorflow),
 * `@tensorflow/tfjs`, or `@tensorflow/tfjs-node`. Layers need one of the latter two.
 * @throws a TypeError for anything else; an Error where tensors of another TensorFlow.js have been used before.
 */
export function useTensorFlowJs(tf: TensorFlowJs): void {
  const needed = ['engine', 'backend', 'getBackend', 'registerKernel', 'registerGradient', 'customGrad', 'tidy'];
  const missing = typeof tf === 'object' && (tf as unknown) !== null ? needed.find((name) => typeof (tf as unknown as Record<string, unknown>)[name] !== 'function') : needed[0];
  if (missing !== undefined) throw new TypeError(`tf must be a TensorFlow.js module such as require('@tensorflow/tfjs-core'), got ${describe(tf)} without ${missing}()`);
  if (settled && given !== tf) throw new Error('useTensorFlowJs must be called before any function of this package on tensors, and with one TensorFlow.js only');
  given = tf;
}

/** The module given to `useTensorFlowJs`; from now on no other may be given. */
export function settleTensorFlowJs(): TensorFlowJs | undefined {
  settled = true;
  return given;
}

/** @throws an Error where a TensorFlow.js without `tf.layers` was given */
export function requireLayers(): void {
  if (given && !('layers' in given)) throw new Error('Layers need tf.layers, which the module given to useTensorFlowJs does not have: give it @tensorflow/tfjs or @tensorflow/tfjs-node');
}
