import * as fs from 'node:fs';
import * as path from 'node:path';
import { encodeArrays, readArrays, wordVocabulary } from '@cuda-activations/models';
import type { ExperimentContext } from '../../experiment';
import { makeDirectory, writeFileAtomic } from '../../runs/atomic';
import { keptModel } from '../kept_model';
import { bertFolder, bertTasks, type BertTask } from '../plan';
import type { TextCache } from '../text_cache';
import type { Texts } from '../texts';
import { trainTasks } from '../train_tasks';
import { pretraining, puzzleSubject, type Encoder } from './arms';
import type { PuzzleConfig } from './options';

/** The run that pre-trains the small encoder. */
export function pretrainingTask(config: PuzzleConfig, texts: Texts): BertTask {
  return bertTasks(puzzleSubject(config), pretraining(config), texts, null)[0] as BertTask;
}

/** Trains the small encoder with GELU where that was not done yet. @returns it without its classifier */
export async function pretrainedEncoder(config: PuzzleConfig, texts: Texts, cache: TextCache, context: ExperimentContext): Promise<Encoder> {
  const task = pretrainingTask(config, texts);
  await trainTasks([task], task.config, cache, context);
  return keptEncoder(task, config, texts);
}

/** The encoder of a pre-training that is finished, as a folder that others load: what it learned, but for the classifier. */
export function keptEncoder(task: BertTask, config: PuzzleConfig, texts: Texts): Encoder {
  const model = keptModel(bertFolder(task).folder);
  const weights = path.join(path.dirname(model), 'encoder');
  const arrays = Object.entries(readArrays(path.join(model, 'model.safetensors'))).filter(([name]) => !name.startsWith('classifier.'));
  makeDirectory(weights);
  fs.copyFileSync(path.join(model, 'config.json'), path.join(weights, 'config.json'));
  writeFileAtomic(path.join(weights, 'model.safetensors'), encodeArrays(Object.fromEntries(arrays), { format: 'pt' }));
  if (texts.place !== undefined) return { weights, vocabulary: texts.place };
  const vocabulary = path.join(weights, 'vocab.txt');
  writeFileAtomic(vocabulary, `${wordVocabulary(texts.dataset.train.sentences).join('\n')}\n`);
  return { weights, vocabulary: config.vocabulary ?? vocabulary };
}
