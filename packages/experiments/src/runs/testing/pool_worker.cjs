// A worker of a pool that counts to the task's steps, for tests.
require('../../testing/typescript.cjs');
const { servePool } = require('../pool_worker.ts');
const { Interrupted } = require('../interrupt.ts');

servePool(async ({ name, steps, stepMs = 1 }, listener, interrupted) => {
  if (name === 'fails') throw new Error('no such thing');
  if (name === 'dies') process.exit(7);
  listener.begin(0);
  for (let done = 1; done <= steps; done++) {
    await new Promise((resolve) => setTimeout(resolve, stepMs));
    const signal = interrupted();
    if (signal) throw new Interrupted(signal, `${name} stopped`);
    listener.step(done, '');
  }
  listener.line(`${name} by ${process.pid} with ${process.env.OMP_NUM_THREADS}`);
});
