#!/usr/bin/env node
// Writes dist/sbom.cdx.json (CycloneDX): the npm packages that ours install, from the lock file, and the wheels that the build fetches.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cudaArtefacts } from '../../packages/cuda-activations/scripts/cuda/toolchain.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const { artefacts } = createRequire(import.meta.url)(path.join(root, 'packages/runtime/dist/fetch/artefacts.js'));

const npm = spawnSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only', '--omit=dev'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
if (npm.error) throw npm.error;
if (npm.status !== 0) throw new Error(`npm sbom ended with ${npm.status}: ${npm.stderr}`);
const bill = JSON.parse(npm.stdout);

const wheels = new Map([...Object.values(artefacts), ...cudaArtefacts()].flatMap((artefact) => artefact.wheels.map((wheel) => [wheel.sha256, wheel])));
for (const { project, version, file, sha256, size } of wheels.values()) {
  bill.components.push({
    'bom-ref': file,
    type: 'library',
    name: project,
    version,
    // Fetched where it is needed, never part of a package of ours.
    scope: 'optional',
    purl: `pkg:pypi/${project}@${version}?file_name=${encodeURIComponent(file)}`,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    properties: [{ name: 'size', value: String(size) }],
  });
}
// npm calls the component by its folder.
bill.metadata.component.name = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).name;
const file = path.join(root, 'dist', 'sbom.cdx.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
console.log(`${path.relative(root, file)}: ${bill.components.length} components, of them ${wheels.size} wheels`);
