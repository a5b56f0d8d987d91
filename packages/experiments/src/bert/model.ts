import * as tf from '@cuda-activations/runtime';
import { BERT_BASE, createBert, loadBert, readBertConfig, type BertConfig, type TorchGenerator } from '@cuda-activations/models';
import { messageOf, UsageError } from '../config/errors';
import { parseFeedForward } from './activations';
import type { BertRunConfig } from './config';
import type { TokenData } from './token_data';
import type { Texts } from './texts';
import { weightsLabel } from './weights';

/** A classifier as a run trains it. Whoever gets it frees it. */
export interface RunModel {
  readonly model: tf.LayersModel;
  readonly config: BertConfig;
  /** Draws the dropout masks. */
  readonly random: tf.RandomState;
  /** How much of the activation is there, the rest being GELU, where it comes gradually. */
  readonly share: tf.Variable<tf.Rank.R0> | undefined;
  /** Weights that a loaded model did not have, and that were drawn anew. */
  readonly fresh: readonly string[];
}

/** What of the configuration decides a model. */
export type ModelOptions = Pick<BertRunConfig, 'weights' | 'layers' | 'hiddenSize' | 'heads' | 'intermediateSize' | 'dropout' | 'gatedWidth' | 'gradual' | 'maxLength'>;

/**
 * A new small encoder, or the local one with another activation.
 * @param generator draws new weights; the run's batch order continues on it
 * @throws UsageError where the local one cannot be used
 */
export function createRunModel(options: ModelOptions, activation: string, { dataset, tokenizer }: Texts, seed: number, generator: TorchGenerator): RunModel {
  const random = new tf.RandomState(seed);
  const share = options.gradual > 0 ? (tf.tidy(() => tf.variable(tf.scalar(0), false)) as tf.Variable<tf.Rank.R0>) : undefined;
  const changed: Partial<BertConfig> = {
    activation: parseFeedForward(activation).spec,
    gatedWidth: options.gatedWidth,
    classes: dataset.classes,
    hiddenDropout: options.dropout,
    attentionDropout: options.dropout,
    classifierDropout: options.dropout,
  };
  const common = { seed, generator, random, ...(share && { blend: { from: 'gelu' as const, share } }) };
  try {
    if (options.weights === null) {
      const { layers, hiddenSize, heads, intermediateSize, maxLength } = options;
      const config = { ...changed, layers, hiddenSize, heads, intermediateSize, maxPositions: maxLength, vocabularySize: tokenizer.vocabularySize, paddingId: tokenizer.paddingId };
      return { model: createBert({ ...common, config }), config: { ...BERT_BASE, ...config }, random, share, fresh: [] };
    }
    const { model, config, fresh } = loadBert(options.weights, { ...common, config: changed });
    return { model, config, random, share, fresh };
  } catch (error) {
    random.dispose();
    share?.dispose();
    throw new UsageError(messageOf(error));
  }
}

/** What a network is, in words, for every heading. @throws UsageError where the folder has no usable configuration */
export function describeModel(options: ModelOptions, { tokenizer, vocabulary }: Texts): string {
  const words = `vocabulary ${vocabulary} (${tokenizer.vocabularySize})`;
  if (options.weights === null) return `${options.layers} layers x ${options.hiddenSize} from scratch, not pre-trained; ${words}`;
  const { layers, hiddenSize } = localConfig(options.weights);
  return `${weightsLabel(options.weights)}: ${layers} layers x ${hiddenSize}, weights loaded; ${words}`;
}

/** Checks that sentences, vocabulary and network fit each other. @throws UsageError */
export function checkModel(options: ModelOptions, { tokenizer }: Texts): void {
  if (options.weights === null) return;
  const { maxPositions, vocabularySize } = localConfig(options.weights);
  if (options.maxLength > maxPositions) throw new UsageError(`maxLength: expected at most ${maxPositions}, the positions of ${options.weights}, got ${options.maxLength}`);
  if (tokenizer.vocabularySize > vocabularySize) throw new UsageError(`vocabulary: expected at most the ${vocabularySize} entries of ${options.weights}, got ${tokenizer.vocabularySize}`);
}

function localConfig(folder: string): BertConfig {
  try {
    return readBertConfig(folder);
  } catch (error) {
    throw new UsageError(`weights: ${messageOf(error)}`);
  }
}

/** Lengths of the training sentences, in tokens. */
export function trainLengths(data: TokenData): number[] {
  return data.train.ids.map((ids) => ids.length);
}
