import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';

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
