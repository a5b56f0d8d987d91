// Runs the C++ checks of the last build and leaves {"passed", "failed"} in test-results/native.json.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
mkdirSync(join(root, 'test-results'), { recursive: true });
const program = join(root, 'build/Release/cuda_activations_tests');
const { status, error } = spawnSync(program, [`--json=${join(root, 'test-results/native.json')}`, ...process.argv.slice(2)], { stdio: 'inherit' });
if (error) throw new Error(`${program}: ${error.message}; build it with "npx nx run cuda-activations:build-native"`);
process.exitCode = status ?? 1;
