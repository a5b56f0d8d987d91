import { resolveActivation, type ActivationSpec } from 'cuda-activations';
import { oneOf } from '../layers/arguments';

/**
 * Width of a gated feed-forward: `half` splits the intermediate layer in two, as the authors' code does with 1536 + 1536 of 3072;
 * `twoThirds` gives each half 2/3 of it, so that the block has as many weights as an ungated one (Shazeer 2020, arXiv:2002.05202).
 */
export const GATED_WIDTHS = ['half', 'twoThirds'] as const;
/** Width of a gated feed-forward. */
export type GatedWidth = (typeof GATED_WIDTHS)[number];

/** Sizes and settings of a BERT classifier. */
export interface BertConfig {
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  /** Of the feed-forward blocks: pointwise or gated. */
  readonly activation: ActivationSpec;
  readonly gatedWidth: GatedWidth;
  /** Longest sequence, in tokens. */
  readonly maxPositions: number;
  readonly typeVocabularySize: number;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
  readonly classifierDropout: number;
  /** Standard deviation of new kernels and embeddings. */
  readonly initializerRange: number;
  readonly layerNormEpsilon: number;
  readonly paddingId: number;
  readonly classes: number;
}

/** bert-base-uncased with two classes. */
export const BERT_BASE: BertConfig = {
  vocabularySize: 30522,
  hiddenSize: 768,
  layers: 12,
  heads: 12,
  intermediateSize: 3072,
  activation: 'gelu',
  gatedWidth: 'half',
  maxPositions: 512,
  typeVocabularySize: 2,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
  classifierDropout: 0.1,
  initializerRange: 0.02,
  layerNormEpsilon: 1e-12,
  paddingId: 0,
  classes: 2,
};

const COUNTS = ['vocabularySize', 'hiddenSize', 'layers', 'heads', 'intermediateSize', 'maxPositions', 'typeVocabularySize', 'classes'] as const;
const RATES = ['hiddenDropout', 'attentionDropout', 'classifierDropout'] as const;

/** @throws RangeError naming the setting, what was expected and what came */
export function checkBertConfig(config: BertConfig): BertConfig {
  const refuse = (name: string, expected: string, value: unknown): never => {
    throw new RangeError(`${name}: expected ${expected}, got ${String(value)}`);
  };
  for (const name of COUNTS) if (!Number.isInteger(config[name]) || config[name] < 1) refuse(name, 'an integer of at least 1', config[name]);
  for (const name of RATES) if (!(config[name] >= 0 && config[name] < 1)) refuse(name, 'a number in [0, 1)', config[name]);
  if (config.hiddenSize % config.heads !== 0) refuse('heads', `a divisor of the hidden size ${config.hiddenSize}`, config.heads);
  if (!(config.layerNormEpsilon > 0)) refuse('layerNormEpsilon', 'a number above 0', config.layerNormEpsilon);
  if (!(config.initializerRange > 0)) refuse('initializerRange', 'a number above 0', config.initializerRange);
  if (!Number.isInteger(config.paddingId) || config.paddingId < 0 || config.paddingId >= config.vocabularySize) {
    refuse('paddingId', `an id below the vocabulary's ${config.vocabularySize}`, config.paddingId);
  }
  oneOf('gatedWidth', config.gatedWidth, GATED_WIDTHS);
  if (isGated(config.activation) && config.gatedWidth === 'half' && config.intermediateSize % 2 !== 0) {
    refuse('intermediateSize', 'an even number, whose halves are gated', config.intermediateSize);
  }
  return config;
}

/** Whether an activation joins two halves. @throws Error where it is neither pointwise nor gated */
export function isGated(activation: ActivationSpec): boolean {
  return resolveActivation(activation, ['pointwise', 'gated']).info.family === 'gated';
}

/** Units before and after the activation of a feed-forward block. */
export function feedForwardWidths({ intermediateSize, activation, gatedWidth }: Pick<BertConfig, 'intermediateSize' | 'activation' | 'gatedWidth'>): { before: number; after: number } {
  if (!isGated(activation)) return { before: intermediateSize, after: intermediateSize };
  const after = gatedWidth === 'half' ? intermediateSize / 2 : Math.round((2 * intermediateSize) / 3);
  return { before: 2 * after, after };
}
