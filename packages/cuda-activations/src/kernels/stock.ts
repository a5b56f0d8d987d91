import type * as tf from '@cuda-activations/runtime';
import type { PointwiseName, RowwiseName } from '../generated/activations';
import { register } from '../layers/named_activations';
import { resolveActivation } from '../registry/registry';
import { engine, gradientDepth, runSingleOp } from './ops';
import { fusedActivationGrad, fusedActivationGradFromOutput } from './pointwise';
import { prepare, type PreparedActivation } from './prepared';
import { registerKernels } from './register';
import { stockPRelu } from './stock_prelu';
import { stockSoftmax } from './stock_softmax';
import { tfjs } from '../tensorflow/tfjs';

/** A stock kernel and its gradient, to replace or to put back. */
export interface KernelAndGradient {
  readonly kernel: tf.KernelConfig;
  readonly gradient: tf.GradConfig;
}

/** Stock kernels without parameters, and the activation that each one is. */
const pointwiseKernels: Readonly<Record<string, PointwiseName>> = {
  [tfjs.Relu]: 'relu',
  [tfjs.Relu6]: 'relu6',
  [tfjs.Elu]: 'elu',
  [tfjs.Selu]: 'selu',
  [tfjs.Sigmoid]: 'sigmoid',
  [tfjs.Tanh]: 'tanh',
  [tfjs.Softplus]: 'softplus',
};

/** Names in `activation:` that tf.layers composes of several ops, by the function that each one is. Its hardSigmoid is that of Keras 2 and stays. */
const composedActivations: Readonly<Record<string, PointwiseName | RowwiseName>> = {
  gelu: 'gelu',
  gelu_new: 'gelu_tanh',
  logSoftmax: 'log_softmax',
  mish: 'mish',
  relu6: 'relu6',
  softsign: 'softsign',
  swish: 'silu',
};

const only = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(dy) ? (dy[0] as tf.Tensor) : dy);
const toFloat = (tensor: tf.Tensor): tf.Tensor => (tensor.dtype === 'float32' ? tensor : tfjs.cast(tensor, 'float32'));

/** Runs the fused op on float32, the stock kernel on anything else. */
function fusedKernel(stock: tf.KernelConfig, activationOf: (attrs?: tf.NamedAttrMap) => PreparedActivation | undefined): tf.KernelConfig {
  return {
    ...stock,
    kernelFunc: (call) => {
      const x = call.inputs['x'] as tf.TensorInfo;
      const activation = x.dtype === 'float32' ? activationOf(call.attrs) : undefined;
      return activation ? runSingleOp('CudaActivations>FusedActivation', activation.forward, [x]) : stock.kernelFunc(call);
    },
  };
}

function pointwise(stock: KernelAndGradient, name: PointwiseName): KernelAndGradient {
  const activation = prepare(resolveActivation(name));
  // The engine asks for each part when it records a node: where this gradient will itself be differentiated, f'' needs x.
  const nested = (): boolean => gradientDepth() > 1;
  const gradient: tf.GradConfig = {
    kernelName: stock.gradient.kernelName,
    get inputsToSave() {
      return nested() ? ['x'] : [];
    },
    get outputsToSave() {
      return nested() ? [] : [true];
    },
    get gradFunc(): tf.GradFunc {
      const backward = nested() ? fusedActivationGrad : fusedActivationGradFromOutput;
      return (dy, saved) => ({ x: () => backward(only(dy), toFloat(only(saved)), activation) });
    },
  };
  return { kernel: fusedKernel(stock.kernel, () => activation), gradient };
}

function leakyRelu(stock: KernelAndGradient): KernelAndGradient {
  // A negative slope is no leaky ReLU; it stays with the stock kernel.
  const activationOf = (attrs?: tf.NamedAttrMap): PreparedActivation | undefined => {
    const slope = (attrs as unknown as tf.LeakyReluAttrs).alpha;
    return slope >= 0 ? prepare(resolveActivation({ name: 'leaky_relu', negativeSlope: slope })) : undefined;
  };
  const gradient: tf.GradConfig = {
    kernelName: tfjs.LeakyRelu,
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => {
      const activation = activationOf(attrs);
      if (!activation) return { x: () => tfjs.mul(only(dy), tfjs.where(tfjs.greater(only(saved), 0), 1, (attrs as unknown as tf.LeakyReluAttrs).alpha)) };
      return { x: () => fusedActivationGrad(only(dy), toFloat(only(saved)), activation) };
    },
  };
  return { kernel: fusedKernel(stock.kernel, activationOf), gradient };
}

function replace(kernelName: string, fused: (stock: KernelAndGradient) => KernelAndGradient): () => void {
  const { backendName } = engine;
  const kernel = tfjs.getKernel(kernelName, backendName) as tf.KernelConfig | undefined;
  // A stock backend may lack one.
  if (!kernel) return () => undefined;
  const gradient = tfjs.getGradient(kernelName);
  const install = (configs: KernelAndGradient): void => {
    tfjs.unregisterKernel(kernelName, backendName);
    tfjs.registerKernel(configs.kernel);
    tfjs.unregisterGradient(kernelName);
    tfjs.registerGradient(configs.gradient);
  };
  install(fused({ kernel, gradient }));
  return () => {
    install({ kernel, gradient });
  };
}

function replaceActivationClass(className: string, name: PointwiseName | RowwiseName): () => void {
  const { classNameMap } = tfjs.serialization.SerializationMap.getMap();
  const stock = classNameMap[className];
  register(className, resolveActivation(name));
  return () => {
    if (stock) classNameMap[className] = stock;
  };
}

let undoAll: (() => void) | undefined;

/**
 * Runs existing models fused: `tf.relu`, `relu6`, `elu`, `selu`, `sigmoid`, `tanh`, `softplus`, `leakyRelu`, `prelu` and `softmax`, the layers that call them,
 * and the names gelu, gelu_new, logSoftmax, mish, relu6, softsign and swish in `activation:` of layers made from now on.
 * Other types than float32, and forms of a PReLU slope that the fused op does not have, stay with the stock kernels.
 * @returns a function that puts the stock kernels back. Calling fuseStockActivations again before that changes nothing.
 */
export function fuseStockActivations(): () => void {
  if (undoAll) return undoAll;
  registerKernels();
  const undo = [
    ...Object.entries(pointwiseKernels).map(([kernelName, name]) => replace(kernelName, (stock) => pointwise(stock, name))),
    replace(tfjs.LeakyRelu, leakyRelu),
    replace(tfjs.Prelu, stockPRelu),
    replace(tfjs.Softmax, stockSoftmax),
    ...Object.entries(composedActivations).map(([className, name]) => replaceActivationClass(className, name)),
  ];
  undoAll = () => {
    if (!undoAll) return;
    undoAll = undefined;
    for (const each of undo) each();
  };
  return undoAll;
}
