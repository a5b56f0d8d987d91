import * as tf from '@cuda-activations/runtime';
import type { ActivationSpec } from 'cuda-activations';
import { DEFAULT_SEED, initialize, type InitializationOptions } from '../initialization/initialize';
import { cnnRecipe } from '../initialization/torch_recipes';
import { activationSite, type ActivationImplementation, type AplSiteOptions } from '../layers/activation_site';
import { positiveInteger } from '../layers/arguments';
import { Conv2d } from '../layers/conv2d';
import { linear } from '../layers/linear';
import { MaxPool2d } from '../layers/pool2d';

/** Image shapes of the two data sets of the paper. */
export const CNN_INPUT_SHAPES = { mnist: [28, 28, 1], cifar10: [32, 32, 3] } as const;

/** Options of {@link createCnn}. */
export interface CnnOptions extends InitializationOptions {
  /** Shape of the images: of a data set of the paper, or height, width and channels. Default `cifar10`. */
  readonly input?: keyof typeof CNN_INPUT_SHAPES | readonly [height: number, width: number, channels: number];
  /** Default 10. */
  readonly classes?: number;
  /** All four sites. Default `relu`. */
  readonly activation?: ActivationSpec;
  /** Default `fused`. */
  readonly activationImplementation?: ActivationImplementation;
  readonly apl?: AplSiteOptions | undefined;
}

/**
 * The paper's CNN: conv 5x5 (6) - act - pool - conv 5x5 (16) - act - pool - fc 120 - act - fc 84 - act - fc classes. Activation
 * before pooling; no normalisation, dropout or softmax. Float images [batch, height, width, channels] to logits [batch, classes].
 *
 * 44,426 parameters for MNIST, 62,006 for CIFAR-10.
 *
 * Source: the PyTorch CIFAR-10 tutorial, as used by "An In-depth Study of Activation Functions".
 */
export function createCnn(options: CnnOptions = {}): tf.LayersModel {
  const { input = 'cifar10', classes = 10, activation = 'relu', activationImplementation = 'fused', seed = DEFAULT_SEED, apl } = options;
  positiveInteger('classes', classes);
  const inputShape = typeof input === 'string' ? CNN_INPUT_SHAPES[input] : input;
  if (!Array.isArray(inputShape) || inputShape.length !== 3) {
    throw new RangeError(`input: expected ${Object.keys(CNN_INPUT_SHAPES).join(', ')} or [height, width, channels], got ${JSON.stringify(input)}`);
  }
  const act = (site: number): tf.layers.Layer => activationSite(`act${site}`, { activation, implementation: activationImplementation, seed, apl });
  const model = tf.sequential({
    name: 'cnn',
    layers: [
      tf.layers.inputLayer({ inputShape: [...inputShape], name: 'images' }),
      new Conv2d({ name: 'conv1', filters: 6, kernelSize: 5 }),
      act(1),
      new MaxPool2d({ name: 'pool1', poolSize: 2, stride: 2 }),
      new Conv2d({ name: 'conv2', filters: 16, kernelSize: 5 }),
      act(2),
      new MaxPool2d({ name: 'pool2', poolSize: 2, stride: 2 }),
      tf.layers.flatten({ name: 'flatten' }),
      linear('fc1', 120),
      act(3),
      linear('fc2', 84),
      act(4),
      linear('fc3', classes),
    ],
  });
  return initialize(model, options, cnnRecipe);
}
