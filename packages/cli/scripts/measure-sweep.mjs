#!/usr/bin/env node
// `nx run cli:measure-sweep [--items=100000] [--repeats=3] [--resultFile=FILE]`: how long the commands take for a sweep of many runs, none of which is trained: planned
// for real, then its folder is filled as if 60 of 100 were done and 1 of 100 had failed. Times are those of a whole process, the start of Node included, and its
// processor time, which other work on the machine disturbs less.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const require = createRequire(import.meta.url);
const { processor, SweepFolder, textTable } = require('@cuda-activations/experiments');

const OPTIONS = { items: '100000', repeats: '3', resultFile: '' };
const { values: options } = parseArgs({ options: Object.fromEntries(Object.entries(OPTIONS).map(([name, value]) => [name, { type: 'string', default: value }])) });
const [items, repeats] = [Number(options.items), Number(options.repeats)];
if (!(Number.isInteger(items) && items >= 100 && items % 10 === 0)) throw new Error(`items: expected a multiple of 10 of at least 100, got ${options.items}`);

const program = fileURLToPath(new URL('../bin/activations.js', import.meta.url));
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'measure-sweep-'));
const [definition, folder] = [path.join(root, 'many.json'), path.join(root, 'many')];

// Each process says at its end what it used.
const [preload, used] = [path.join(root, 'preload.cjs'), path.join(root, 'used.json')];
fs.writeFileSync(preload, `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(used)}, JSON.stringify(process.cpuUsage())));`);

/** Median seconds of a command, by the clock and of the processor. @param before what puts its ground back */
function measure(argv, before = () => undefined) {
  const times = Array.from({ length: repeats }, () => {
    before();
    const start = performance.now();
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--require', preload, program, ...argv], { encoding: 'utf8', maxBuffer: 2 ** 30 });
    const seconds = (performance.now() - start) / 1000;
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stdout}${stderr}`);
    const { user, system } = JSON.parse(fs.readFileSync(used, 'utf8'));
    return { seconds, processor: (user + system) / 1e6 };
  });
  const sorted = (name) => times.map((time) => time[name]).sort((a, b) => a - b);
  const [seconds, processor] = [sorted('seconds'), sorted('processor')];
  return { median: seconds[Math.floor(repeats / 2)], least: seconds[0], greatest: seconds.at(-1), processor: processor[Math.floor(repeats / 2)] };
}

function fill() {
  const sweep = new SweepFolder(folder);
  const epochs = Array.from({ length: 10 }, (_, epoch) => ({ epoch, trainLoss: 2.3 / (epoch + 1), valLoss: 2.4 / (epoch + 1), seconds: 1.5 }));
  for (let index = 0; index < items; index++) {
    const values = { seeds: [index] };
    // Not by `finish`: that makes each file durable.
    if (index % 100 < 60) fs.writeFileSync(sweep.mark('done', index), JSON.stringify({ index, values, seconds: 100, runs: [{ id: `run-${index}`, config: sweep.sweep.config, result: { test: { accuracy: 0.5, loss: 1.2 }, bestValLoss: 1.1, epochs } }] }));
    else if (index % 100 === 60) fs.writeFileSync(sweep.mark('failed', index), JSON.stringify({ index, values, end: 'exit code 1', lines: ['no such thing'] }));
  }
}

try {
  const activations = ['relu', 'gelu', 'silu', 'mish', 'elu', 'selu', 'tanh', 'sigmoid', 'softplus', 'leaky_relu'];
  fs.writeFileSync(definition, JSON.stringify({ experiment: 'cnn-mnist', base: { dataset: 'synthetic', optimizers: ['adam'] }, grid: { activations, seeds: Array.from({ length: items / activations.length }, (_, seed) => seed) } }));
  const results = {};
  const note = (what, result) => {
    results[what] = result;
    console.log(`${what}: ${result.median.toFixed(2)} s, ${result.processor.toFixed(2)} s of the processor`);
  };
  note('sweep plan', measure(['sweep', 'plan', definition, `--output=${folder}`], () => { fs.rmSync(folder, { recursive: true, force: true }); }));
  fill();
  note('sweep status', measure(['sweep', 'status', folder]));
  note('sweep status --json', measure(['sweep', 'status', folder, '--json']));
  note('sweep submit --executor=slurm --printOnly', measure(['sweep', 'submit', folder, '--executor=slurm', '--printOnly']));
  note('sweep collect', measure(['sweep', 'collect', folder]));
  note('activations --help, for comparison', measure(['--help']));
  console.log();
  console.log(textTable({ header: ['command', 'seconds', 'least', 'greatest', 'processor'], rows: Object.entries(results).map(([what, times]) => [what, ...[times.median, times.least, times.greatest, times.processor].map((time) => time.toFixed(2))]) }));
  if (options.resultFile !== '') {
    const machine = { cpu: processor(), cores: os.availableParallelism(), node: process.version };
    fs.writeFileSync(options.resultFile, `${JSON.stringify({ date: new Date().toISOString(), items, repeats, machine, seconds: results }, null, 1)}\n`);
  }
} finally {
  fs.rmSync(root, { recursive: true, force: true });
}
