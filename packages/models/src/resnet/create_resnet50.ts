import * as tf from '@cuda-activations/runtime';
import type { ActivationSpec } from 'cuda-activations';
import { DEFAULT_SEED, initialize, type InitializationOptions } from '../initialization/initialize';
import { resNetRecipe } from '../initialization/torch_recipes';
import { activationSite, type ActivationImplementation } from '../layers/activation_site';
import { oneOf, positiveInteger } from '../layers/arguments';
import { BatchNorm2d } from '../layers/batch_norm2d';
import { Conv2d } from '../layers/conv2d';
import { linear } from '../layers/linear';
import { MaxPool2d } from '../layers/pool2d';

/** The first convolution by image: ImageNet's for MNIST, a 3x3 one without stride for CIFAR. Both keep the max pool. */
export const RESNET_STEMS = {
  mnist: { inputShape: [28, 28, 1], kernelSize: 7, stride: 2, padding: 3 },
  cifar: { inputShape: [32, 32, 3], kernelSize: 3, stride: 1, padding: 1 },
} as const;

/** Where the chosen activation goes; the other sites keep ReLU. */
export const ACTIVATION_SITES = ['stem', 'all'] as const;

/** Blocks and inner width of each of the four stages. */
const STAGES = [
  { blocks: 3, width: 64 },
  { blocks: 4, width: 128 },
  { blocks: 6, width: 256 },
  { blocks: 3, width: 512 },
] as const;
const EXPANSION = 4;

/** Options of {@link createResNet50}. */
export interface ResNet50Options extends InitializationOptions {
  /** Default `cifar`. */
  readonly stem?: keyof typeof RESNET_STEMS;
  /** Height, width and channels; default those of the stem's data set. */
  readonly inputShape?: readonly [height: number, width: number, channels: number];
  /** Default 10. */
  readonly classes?: number;
  /** Default `relu`. */
  readonly activation?: ActivationSpec;
  /** `stem`: one of 49 sites, as the authors' code does; `all`: as the paper says. Default `all`. */
  readonly activationSites?: (typeof ACTIVATION_SITES)[number];
  /** Default `fused`. */
  readonly activationImplementation?: ActivationImplementation;
}

/**
 * ResNet-50, version 1.5 (the stride of a bottleneck is in its 3x3 convolution), with the paper's stems. Float images
 * [batch, height, width, channels] to logits [batch, classes].
 *
 * 23,522,250 parameters with the MNIST stem, 23,520,842 with the CIFAR stem (running statistics not counted).
 *
 * Source: He, Zhang, Ren and Sun, "Deep residual learning", CVPR 2016; torchvision's `resnet50`.
 */
export function createResNet50(options: ResNet50Options = {}): tf.LayersModel {
  const { stem = 'cifar', classes = 10, activation = 'relu', activationSites = 'all', activationImplementation = 'fused', seed = DEFAULT_SEED } = options;
  oneOf('stem', stem, Object.keys(RESNET_STEMS) as (keyof typeof RESNET_STEMS)[]);
  oneOf('activationSites', activationSites, ACTIVATION_SITES);
  positiveInteger('classes', classes);
  const { inputShape, ...conv } = RESNET_STEMS[stem];
  const site = { activation, implementation: activationImplementation, seed };
  const inner = activationSites === 'all' ? site : { ...site, activation: 'relu' as const };
  const act: Activate = (name, x) => activationSite(name, inner).apply(x) as tf.SymbolicTensor;

  const images = tf.input({ shape: [...(options.inputShape ?? inputShape)], name: 'images' });
  let x = convolution('conv1', 'bn1', { filters: 64, ...conv }, images);
  x = activationSite('act1', site).apply(x) as tf.SymbolicTensor;
  x = new MaxPool2d({ name: 'maxpool', poolSize: 3, stride: 2, padding: 1 }).apply(x) as tf.SymbolicTensor;
  STAGES.forEach(({ blocks, width }, stage) => {
    for (let block = 0; block < blocks; block++) x = bottleneck(`layer${stage + 1}.${block}`, width, stage > 0 && block === 0 ? 2 : 1, act, x);
  });
  x = tf.layers.globalAveragePooling2d({ name: 'avgpool' }).apply(x) as tf.SymbolicTensor;
  const logits = linear('fc', classes).apply(x) as tf.SymbolicTensor;
  return initialize(tf.model({ inputs: images, outputs: logits, name: 'resnet50' }), options, resNetRecipe);
}

type Activate = (name: string, x: tf.SymbolicTensor) => tf.SymbolicTensor;

/** 1x1 down, 3x3, 1x1 up to four times the width, added to the input, which is projected where its shape differs. */
function bottleneck(name: string, width: number, stride: number, act: Activate, input: tf.SymbolicTensor): tf.SymbolicTensor {
  const filters = width * EXPANSION;
  let x = act(`${name}.act1`, convolution(`${name}.conv1`, `${name}.bn1`, { filters: width, kernelSize: 1 }, input));
  x = act(`${name}.act2`, convolution(`${name}.conv2`, `${name}.bn2`, { filters: width, kernelSize: 3, stride, padding: 1 }, x));
  x = convolution(`${name}.conv3`, `${name}.bn3`, { filters, kernelSize: 1 }, x);
  const shortcut =
    stride !== 1 || input.shape[3] !== filters
      ? convolution(`${name}.downsample.0`, `${name}.downsample.1`, { filters, kernelSize: 1, stride }, input)
      : input;
  return act(`${name}.act3`, tf.layers.add({ name: `${name}.add` }).apply([x, shortcut]) as tf.SymbolicTensor);
}

interface Convolution {
  readonly filters: number;
  readonly kernelSize: number;
  readonly stride?: number;
  readonly padding?: number;
}

/** A convolution without bias, and batch normalisation. */
function convolution(name: string, normalization: string, options: Convolution, x: tf.SymbolicTensor): tf.SymbolicTensor {
  const y = new Conv2d({ name, useBias: false, ...options }).apply(x);
  return new BatchNorm2d({ name: normalization }).apply(y) as tf.SymbolicTensor;
}
