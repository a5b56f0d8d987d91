#!/usr/bin/env node
// `nx run tools:pack`: dist/packages/*.tgz, what `npm publish` would upload; or `pack.mjs NAME...`: those alone, by their folder under packages/, and `native`.
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { npm, root, stage } from './stage.mjs';

const out = path.join(root, 'dist', 'packages');
const folders = stage(path.join(out, 'staged'), process.argv.slice(2));
for (const file of readdirSync(out)) if (file.endsWith('.tgz')) rmSync(path.join(out, file));
for (const folder of folders) npm(['pack', folder, '--pack-destination', out, '--loglevel=error'], { cwd: out });
for (const file of readdirSync(out).filter((name) => name.endsWith('.tgz'))) console.log(`${path.relative(root, path.join(out, file))} ${(statSync(path.join(out, file)).size / 1e6).toFixed(1)} MB`);
