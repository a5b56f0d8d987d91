import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { messageOf, UsageError } from '../config/errors';
import { sweepDefinition, type ResolvedDefinition } from './definition';

/**
 * Reads a definition: JSON, or a TypeScript or JavaScript module whose default export it is.
 * @throws UsageError naming the file and what does not fit
 */
export async function loadDefinition(file: string): Promise<ResolvedDefinition & { readonly name: string }> {
  if (!fs.existsSync(file)) throw new UsageError(`definition: ${file} does not exist`);
  const kind = path.extname(file);
  const written = kind === '.json' ? readJson(file) : /^\.[cm]?[jt]s$/.test(kind) ? await loadModule(file) : undefined;
  if (written === undefined) throw new UsageError(`definition: expected a file that ends with .json, .ts or .js, got ${file}`);
  const parsed = sweepDefinition.safeParse(written);
  if (!parsed.success) throw new UsageError(`${file}: ${z.prettifyError(parsed.error)}`);
  return { ...parsed.data, name: parsed.data.name ?? path.basename(file, kind).replace(/\.sweep$/, '').replace(/[^A-Za-z0-9_.-]/g, '_') };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`);
  }
}

async function loadModule(file: string): Promise<unknown> {
  // Versions of Node that the project supports differ in whether they read TypeScript.
  const { createJiti } = await import('jiti');
  try {
    // These packages by their names, from wherever the file lies.
    const virtualModules = { '@cuda-activations/experiments': await import('../index.js'), 'cuda-activations': await import('cuda-activations') };
    const loaded = await createJiti(__filename, { moduleCache: false, fsCache: false, virtualModules }).import<{ default?: unknown }>(path.resolve(file));
    if (loaded.default === undefined) throw new Error('expected the definition as the default export');
    return loaded.default;
  } catch (error) {
    throw new UsageError(`${file}: ${messageOf(error)}`);
  }
}
