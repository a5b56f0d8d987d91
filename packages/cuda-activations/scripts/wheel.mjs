// `nx run cuda-activations:wheel`: dist/python/*.whl, the Python package with the op library of this machine. PYTHON names another than python3.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { newestSymbol } from '../../../tools/packages/symbols.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const workspace = path.resolve(root, '../..');
const out = path.join(workspace, 'dist', 'python');
const staged = path.join(out, 'staged');
const library = path.join(root, 'build', 'Release', 'libcuda_activations_ops.so');

if (!existsSync(library)) throw new Error(`${library} is missing: run "npx nx run cuda-activations:build-native"`);
rmSync(out, { recursive: true, force: true });
mkdirSync(staged, { recursive: true });
for (const name of ['pyproject.toml', 'setup.py']) cpSync(path.join(root, 'python', name), path.join(staged, name));
cpSync(path.join(root, 'python', 'cuda_activations'), path.join(staged, 'cuda_activations'), { recursive: true, filter: (file) => !file.endsWith('__pycache__') });
cpSync(path.join(workspace, 'LICENSE'), path.join(staged, 'LICENSE'));
cpSync(path.join(workspace, 'docs', 'api', 'python.md'), path.join(staged, 'README.md'));
cpSync(path.join(root, 'activations.json'), path.join(staged, 'cuda_activations', 'activations.json'));
const stripped = path.join(staged, 'cuda_activations', path.basename(library));
execFileSync('strip', ['--strip-unneeded', '-o', stripped, library]);

const machine = { x64: 'x86_64', arm64: 'aarch64' }[process.arch] ?? process.arch;
const environment = { ...process.env, WHEEL_PLATFORM: `manylinux_${newestSymbol([stripped], 'GLIBC').replace('.', '_')}_${machine}` };
const { status, error } = spawnSync(process.env.PYTHON ?? 'python3', ['-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-deps', '--wheel-dir', out, staged], { stdio: 'inherit', env: environment });
if (status !== 0) throw new Error(`pip wheel: ${error?.message ?? `exit code ${status}`}`);
rmSync(staged, { recursive: true });
for (const file of readdirSync(out)) console.log(`${path.relative(workspace, path.join(out, file))} ${(statSync(path.join(out, file)).size / 1e6).toFixed(1)} MB`);
