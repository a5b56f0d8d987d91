import * as tf from '@cuda-activations/runtime';
import { TorchGenerator } from '../../random/torch_generator';
import { assignTorch, namedParameters } from '../../weights/named_parameters';
import { createBert, type BertOptions } from '../create_bert';

/** Two layers of two heads, small enough for finite differences. */
export const TINY = { vocabularySize: 13, hiddenSize: 4, layers: 2, heads: 2, intermediateSize: 6, maxPositions: 7, typeVocabularySize: 2, classes: 3 } as const;

/** A tiny model whose every weight, biases and norms too, is drawn: what starts at 0 or 1 would hide errors. */
export function tinyBert(options: BertOptions = {}, deviation = 0.3): tf.LayersModel {
  const model = createBert({ ...options, config: { ...TINY, ...options.config } });
  const generator = new TorchGenerator(5);
  for (const parameter of namedParameters(model)) {
    const size = parameter.torchShape.reduce((product, length) => product * length, 1);
    const mean = parameter.name.endsWith('LayerNorm.weight') ? 1 : 0;
    assignTorch(parameter, generator.normal(size, mean, deviation));
  }
  return model;
}

/** Three sequences, two of them padded. */
export const BATCH = {
  ids: [
    [2, 5, 7, 3, 0],
    [2, 12, 3, 0, 0],
    [2, 4, 9, 11, 3],
  ],
  mask: [
    [1, 1, 1, 1, 0],
    [1, 1, 1, 0, 0],
    [1, 1, 1, 1, 1],
  ],
  types: [
    [0, 0, 1, 1, 0],
    [0, 0, 0, 0, 0],
    [0, 1, 1, 0, 1],
  ],
  labels: [2, 0, 1],
};

export const integers = (values: number[][]): tf.Tensor2D => tf.tensor2d(values, undefined, 'int32');
