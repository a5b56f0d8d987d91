// Stands in for `activations` in tests of executors: `toy_task.cjs sweep task DIR --index=N` runs an item without an experiment, as its
// values ask: to fail, to be killed at the first starts, to take some time.
require('../../testing/typescript.cjs');
const fs = require('node:fs');
const { lockFile } = require('../../runs/lock.ts');
const { itemValues } = require('../item.ts');
const { SweepFolder } = require('../sweep_folder.ts');

const [, , , , name, option] = process.argv;
const folder = new SweepFolder(name);
const index = Number(option.slice('--index='.length));
const lock = lockFile(folder.mark('running', index), `item ${index}`);
const values = itemValues(folder, index);
fs.appendFileSync(`${name}/starts.txt`, `${index} ${process.env.OMP_NUM_THREADS}\n`);
const starts = fs.readFileSync(`${name}/starts.txt`, 'utf8').split('\n').filter((line) => line.startsWith(`${index} `)).length;
if (starts <= (values.kills ?? 0)) {
  console.error('about to die');
  process.kill(process.pid, 'SIGKILL');
}
const end = (code) => {
  lock.release();
  process.exit(code);
};
process.on('SIGTERM', () => end(143));
setTimeout(() => {
  if (values.fails && starts === 1) {
    folder.fail({ index, values, end: 'exit code 1', lines: ['no such thing'] });
    end(1);
  }
  folder.finish({ index, values, seconds: 0.1, runs: [{ id: 'toy', config: {}, result: { bestValLoss: values.learningRate ?? 0 } }] });
  end(0);
}, values.ms ?? 0);
