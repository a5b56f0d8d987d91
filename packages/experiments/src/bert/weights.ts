import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UsageError } from '../config/errors';
import { BERT_BASE_UNCASED, findSnapshot, snapshotFolder } from '../data/text/hub_model';

/**
 * The folder of `--weights`: itself, or for `bert-base-uncased` its place in the hub's cache.
 * @throws UsageError where there is none
 */
export function weightsFolder(weights: string): string {
  if (fs.existsSync(weights)) return weights;
  const { title } = BERT_BASE_UNCASED;
  if (weights !== title) throw new UsageError(`weights: ${path.resolve(weights)} does not exist; expected the folder of a BERT, or ${title}`);
  const found = findSnapshot(BERT_BASE_UNCASED, process.env);
  if (found === undefined) throw new UsageError(`weights: ${title} is not at hand; npx activations data fetch ${title} downloads it, and --weights=DIR takes it from another folder`);
  return found;
}

/** What people call it. */
export function weightsLabel(folder: string): string {
  return path.resolve(folder) === snapshotFolder(BERT_BASE_UNCASED, process.env) ? BERT_BASE_UNCASED.title : path.basename(path.resolve(folder));
}

/** SHA-256 over the names and bytes of the files that make a model: configuration and weights. */
export async function hashWeights(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const files = fs.readdirSync(folder).filter((name) => name === 'config.json' || /\.safetensors(\.index\.json)?$/.test(name));
  for (const name of files.sort()) {
    hash.update(`;${name};`);
    await pipeline(fs.createReadStream(path.join(folder, name), { highWaterMark: 1 << 20 }), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) hash.update(chunk);
    });
  }
  return hash.digest('hex');
}
