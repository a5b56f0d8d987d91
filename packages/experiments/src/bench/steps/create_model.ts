import * as tf from '@cuda-activations/runtime';
import { BERT_BASE, createAplCnn, createBert, createCnn, createResNet50, type BertConfig } from '@cuda-activations/models';
import type { ModelName, NetworkName } from './models';

/** BERT-Tiny (Turc et al. 2019, arXiv:1908.08962): 2 layers of 128 units, the size that the experiments train from scratch. */
const BERT_TINY: BertConfig = { ...BERT_BASE, layers: 2, hiddenSize: 128, heads: 2, intermediateSize: 512, hiddenDropout: 0, attentionDropout: 0, classifierDropout: 0 };

/** The encoder of a model of tokens. */
export function bertConfig(model: ModelName): BertConfig {
  const rate = model === 'bert-tiny-dropout' ? BERT_BASE.hiddenDropout : 0;
  return { ...BERT_TINY, hiddenDropout: rate, attentionDropout: rate, classifierDropout: rate };
}

/** How a network is made. */
export interface ModelOptions {
  /** Puts ReLU in the place of APL. */
  readonly relu?: boolean;
  /** Of the dropout masks of a model of tokens; default: the seed. */
  readonly dropoutSeed?: number;
}

/** A network with its initial weights: equal seeds give equal ones. */
export function createModel({ model, segments }: NetworkName, seed: number, { relu = false, dropoutSeed = seed }: ModelOptions = {}): tf.LayersModel {
  const activation = relu || segments === null ? 'relu' : 'apl';
  const apl = segments === null ? undefined : { segments };
  switch (model) {
    case 'resnet50':
      return createResNet50({ seed });
    case 'cnn':
    case 'apl':
      return createCnn({ seed, activation, apl });
    case 'apl-cnn':
      return createAplCnn({ seed, activation, apl });
    case 'bert-tiny':
    case 'bert-tiny-dropout':
      return createBert({ seed, config: bertConfig(model), random: new tf.RandomState(dropoutSeed) });
  }
}
