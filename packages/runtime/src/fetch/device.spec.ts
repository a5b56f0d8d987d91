import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { artefactFor, artefacts } from './artefacts';
import { COMPLETE } from './cache';
import { chosenArtefact, deviceChoice } from './device';
import { locateTensorFlow } from './locate';

const cpu = artefactFor('linux', 'x64', 'cpu');
const gpu = artefactFor('linux', 'x64', 'gpu');
const onX64 = process.platform === 'linux' && process.arch === 'x64' ? test : test.skip; // the GPU build is for linux-x64 alone

function withCache(holds: boolean, use: (environment: { CUDA_ACTIVATIONS_CACHE: string }) => void): void {
  const cache = fs.mkdtempSync(path.join(os.tmpdir(), 'device-'));
  try {
    const folder = path.join(cache, 'tensorflow', gpu.folder);
    if (holds) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, COMPLETE), '{}');
    }
    use({ CUDA_ACTIVATIONS_CACHE: cache });
  } finally {
    fs.rmSync(cache, { recursive: true, force: true });
  }
}

test('a choice is auto, cpu or gpu', () => {
  expect([undefined, '', 'cpu', 'gpu', 'auto'].map((value) => deviceChoice({ CUDA_ACTIVATIONS_DEVICE: value }))).toEqual(['auto', 'auto', 'cpu', 'gpu', 'auto']);
  expect(() => deviceChoice({ CUDA_ACTIVATIONS_DEVICE: 'cuda' })).toThrow('CUDA_ACTIVATIONS_DEVICE: expected one of auto, cpu, gpu, got "cuda"');
});

onX64.each([
  ['auto', true, true, gpu],
  ['auto', true, false, cpu],
  ['auto', false, true, cpu],
  ['cpu', true, true, cpu],
  ['gpu', false, false, gpu],
] as const)('%s with a cached GPU build: %s, a driver: %s', (choice, cached, driver, expected) => {
  withCache(cached, (environment) => { expect(chosenArtefact(environment, choice, () => driver)).toBe(expected); });
});

onX64('a GPU build that is missing is told with the command that fetches it', () => {
  withCache(false, (environment) => {
    expect(() => locateTensorFlow({ environment, device: 'gpu' })).toThrow('npx nx run runtime:fetch-tensorflow --device=gpu');
  });
});

test('every wheel is pinned once, by a hash and a size', () => {
  for (const { wheels, unpackedSize } of Object.values(artefacts)) {
    expect(new Set(wheels.map(({ project }) => project)).size).toBe(wheels.length);
    for (const { file, sha256, size, version } of wheels) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(file).toContain(`-${version}-`);
      expect(size).toBeGreaterThan(1e6);
    }
    expect(unpackedSize).toBeGreaterThan(wheels.reduce((sum, { size }) => sum + size, 0));
  }
});
