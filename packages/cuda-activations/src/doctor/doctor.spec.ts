import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { diagnose, type Diagnosis } from './diagnose';
import { report } from './report';

test('a whole installation is told part by part', () => {
  const diagnosis = diagnose();
  expect(diagnosis).toMatchObject({ ok: true, addon: { ok: true }, tensorflow: { ok: true }, opLibrary: { ok: true }, agreement: { ok: true }, gpu: { ok: true } });
  const text = report(diagnosis);
  for (const part of ['addon (typed arrays)', 'instruction set', 'TensorFlow', 'CPU:0', 'FusedActivation', 'bit for bit', 'GPU']) expect(text).toContain(part);
  expect(text).not.toContain('FAIL');
});

const main = path.join(__dirname, '../../dist/doctor/main.js');
const whenBuilt = fs.existsSync(main) ? test : test.skip; // needs dist, which nx builds before it tests

function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, ...args], { env: { ...process.env, ...environment }, encoding: 'utf8' });
}

whenBuilt('exit codes and --json', () => {
  expect(run([]).status).toBe(0);
  expect((JSON.parse(run(['--json']).stdout) as Diagnosis).ok).toBe(true);
  expect(run(['--jsonn'])).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown option --jsonn') as string });
});

test('no GPU is told with the reason, and is no fault', () => {
  const diagnosis = diagnose();
  if (!diagnosis.gpu.ok) throw new Error(diagnosis.gpu.error);
  const { inUse, kernels, driver, problems } = diagnosis.gpu.details;
  expect(kernels).toBe(fs.existsSync(path.join(__dirname, '../../build/cuda/COMPLETE')));
  if (!driver.found) expect(inUse).toBe(false);
  expect(problems.length > 0).toBe(!(inUse && kernels));
  expect(report(diagnosis)).toContain(inUse && kernels ? 'ok    GPU' : '--    GPU');
});

whenBuilt.each([
  ['CUDA_ACTIVATIONS_ADDON', 'FAIL  addon (typed arrays)\n      The addon /nowhere is missing. Build it with'],
  ['CUDA_ACTIVATIONS_OP_LIBRARY', 'FAIL  op library (tensors)\n      The op library /nowhere is missing. Build it with'],
  ['TENSORFLOW_DIR', 'FAIL  TensorFlow\n      '],
])('a wrong %s is told with the way out', (variable, message) => {
  const { status, stdout } = run([], { [variable]: '/nowhere' });
  expect(status).toBe(1);
  expect(stdout).toContain(message);
});
