import type * as tf from '@cuda-activations/runtime';
import type { ActivationSpec } from 'cuda-activations';
import { createBert } from './bert/create_bert';
import { createCnn } from './cnn/create_cnn';
import { createResNet50 } from './resnet/create_resnet50';

/** A network of this package, as lists show it. */
export interface ModelInfo {
  readonly name: string;
  readonly title: string;
  /** Its layers in a line. */
  readonly structure: string;
  readonly source: string;
  /** Makes it with its defaults. */
  readonly create: (options?: { readonly activation?: ActivationSpec }) => tf.LayersModel;
}

const MODELS: readonly ModelInfo[] = [
  {
    name: 'cnn',
    title: "The paper's CNN",
    structure: 'conv 5x5 (6) - act - pool - conv 5x5 (16) - act - pool - fc 120 - act - fc 84 - act - fc 10',
    source: 'PyTorch CIFAR-10 tutorial, as used by Park, Seo, Ahn, Kim 2024',
    create: (options) => createCnn(options),
  },
  {
    name: 'resnet50',
    title: 'ResNet-50 for small images',
    structure: 'conv 3x3 (64) - bn - act - pool - bottlenecks 3, 4, 6, 3 of width 64, 128, 256, 512 - mean - fc 10',
    source: 'He, Zhang, Ren, Sun 2016 (arXiv:1512.03385), as used by Park, Seo, Ahn, Kim 2024',
    create: (options) => createResNet50(options),
  },
  {
    name: 'bert',
    title: 'BERT with a classifier',
    structure: 'embeddings - norm - 12 x (attention of 12 heads - norm - fc 3072 - act - fc 768 - norm) - fc 768 - tanh - fc 2',
    source: 'Devlin, Chang, Lee, Toutanova 2019 (arXiv:1810.04805); bert-base-uncased as used by Park, Seo, Ahn, Kim 2024',
    create: ({ activation } = {}) => createBert(activation === undefined ? {} : { config: { activation } }),
  },
];

/** The networks, with what they are and where they come from. */
export function listModels(): readonly ModelInfo[] {
  return MODELS;
}
