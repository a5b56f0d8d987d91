import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { locateTensorFlow } from '../fetch/locate';
import { runInWorker, runScript, runScriptForErrors } from '../testing/run-script';

/** A step with a variable and an optimizer; `post`s or prints its losses. */
const training = `
  const w = tf.variable(tf.tensor1d([1, 2]));
  const optimizer = tf.train.adam(0.1);
  const step = tf.compile((x) => optimizer.minimize(() => w.mul(x).square().sum(), true, [w]));
  const losses = [];
  for (let i = 0; i < 5; i++) losses.push(step(tf.tensor1d([1, -1])).dataSync()[0]);
`;

describe('worker threads', () => {
  it('have a TensorFlow of their own, and free it when they end', async () => {
    const results = await Promise.all([1, 2, 3].map(() => runInWorker(`${training} post({ losses, tensors: tf.tensorflowBackend().binding.getNumOfTensors() });`)));
    const [first] = results as [{ losses: number[] }];
    expect(first.losses).toHaveLength(5);
    expect(first.losses[4]).toBeLessThan(first.losses[0] as number);
    for (const result of results) expect(result).toEqual(first);
    // The same numbers as on the main thread.
    expect(runScript(`${training} console.log(JSON.stringify(losses));`)).toEqual(first.losses);
  }, 120_000);

  it.each([
    ['compute', 'for (;;) tf.tidy(() => x.matMul(x).dataSync());'],
    ['run a compiled function', 'const f = tf.compile((y) => y.matMul(y).sum()); for (;;) f(x).dispose();'],
    ['read asynchronously', '(async () => { for (;;) { const y = x.matMul(x); await y.data(); y.dispose(); } })();'],
  ])('may be terminated while they %s', (_, loop) => {
    const inWorker = `const tf = require(process.env.RUNTIME_INDEX); const x = tf.ones([300, 300]);
      require('node:worker_threads').parentPort.postMessage('ready'); ${loop}`;
    const script = `
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(${JSON.stringify(inWorker)}, { eval: true, execArgv: ['-r', process.env.RUNTIME_REGISTER] });
      worker.on('message', () => setTimeout(async () => {
        await worker.terminate();
        console.log(JSON.stringify(tf.ones([2]).sum().dataSync()[0]));
      }, 200));`;
    const environment = { RUNTIME_INDEX: path.resolve(__dirname, '../index.ts'), RUNTIME_REGISTER: path.resolve(__dirname, '../testing/register-typescript.cjs') };
    expect(runScript(script, environment)).toBe(2);
  }, 120_000);
});

describe('the process', () => {
  it('prints nothing of its own on standard error', () => {
    expect(runScriptForErrors('tf.ones([2]).print();')).toEqual({ status: 0, stderr: '' });
  }, 60_000);

  it('is told of a bad thread count', () => {
    const { status, stderr } = runScriptForErrors('', { CUDA_ACTIVATIONS_THREADS: 'many' });
    expect(status).toBe(1);
    expect(stderr).toContain('CUDA_ACTIVATIONS_THREADS must be a whole number of threads, at least 1, got "many"');
  }, 60_000);

  it('is told of a device that is none', () => {
    const { status, stderr } = runScriptForErrors('', { CUDA_ACTIVATIONS_DEVICE: 'cuda' });
    expect(status).toBe(1);
    expect(stderr).toContain('CUDA_ACTIVATIONS_DEVICE: expected one of auto, cpu, gpu, got "cuda"');
  }, 60_000);

  it('runs on the CPU where that is asked for, and says that it was', () => {
    const { inUse, problem } = runScript('console.log(JSON.stringify(tf.gpuReport()));', { CUDA_ACTIVATIONS_DEVICE: 'cpu' }) as { inUse: boolean; problem: string };
    expect(inUse).toBe(false);
    expect(problem).toBe('CUDA_ACTIVATIONS_DEVICE=cpu');
  }, 60_000);

  it('ends with the way out where a GPU is demanded of the CPU build', () => {
    const { directory } = locateTensorFlow({ device: 'cpu' });
    const { status, stderr } = runScriptForErrors('', { CUDA_ACTIVATIONS_DEVICE: 'gpu', TENSORFLOW_DIR: directory });
    expect(status).toBe(1);
    expect(stderr).toContain(`CUDA_ACTIVATIONS_DEVICE=gpu, but TensorFlow in ${directory} is a build for the CPU. Unset TENSORFLOW_DIR`);
  }, 60_000);

  it('computes with the number of threads it is given', () => {
    const script = `const x = tf.ones([300, 300]); for (let i = 0; i < 20; i++) x.matMul(x).dispose();
      console.log(JSON.stringify(require('node:fs').readdirSync('/proc/self/task').length));`;
    const few = runScript(script, { CUDA_ACTIVATIONS_THREADS: '1', CUDA_ACTIVATIONS_INTER_OP_THREADS: '1' }) as number;
    const many = runScript(script, { CUDA_ACTIVATIONS_THREADS: '8', CUDA_ACTIVATIONS_INTER_OP_THREADS: '8' }) as number;
    expect(many).toBeGreaterThan(few);
  }, 120_000);

  it('says what to run where TensorFlow is missing', () => {
    const { status, stderr } = runScriptForErrors('', { TENSORFLOW_DIR: '', CUDA_ACTIVATIONS_CACHE: '/nowhere' });
    expect(status).toBe(1);
    expect(stderr).toContain('npx nx run runtime:fetch-tensorflow');
  }, 60_000);

  it('says what to do where TensorFlow does not load', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'broken-tensorflow-'));
    for (const name of ['libtensorflow_framework.so.2', 'libtensorflow_cc.so.2']) fs.writeFileSync(path.join(folder, name), 'not a library');
    const { status, stderr } = runScriptForErrors('', { TENSORFLOW_DIR: folder });
    fs.rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toContain(`TensorFlow in ${folder} does not load`);
    expect(stderr).toContain('npx nx run runtime:fetch-tensorflow');
  }, 60_000);
});
