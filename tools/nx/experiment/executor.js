// @ts-check
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { streamOfNx } = require('./terminal.js');

/** Exit codes of an experiment that was interrupted and left a checkpoint; nx passes Ctrl-C on as SIGTERM. */
const interrupted = [130, 143];

/**
 * Runs one experiment in a process of its own, on the terminal that nx was started from, so that its progress is live.
 *
 * The command line goes through unparsed: nx would turn `--seed=042` into a number and `--a.b=1` into an object.
 * Interrupts are passed on and the experiment is awaited, because it finishes its step and writes a checkpoint first.
 *
 * @param {{experiment: string, arguments?: string[]}} options
 * @param {{root: string}} context
 * @returns {Promise<{success: boolean}>}
 */
module.exports = async function experiment(options, context) {
  const program = path.join(context.root, 'packages', 'experiments', 'dist', 'src', 'main.js');
  const output = streamOfNx(1);
  const errors = streamOfNx(2);
  const child = spawn(process.execPath, [program, options.experiment, ...(options.arguments ?? [])], {
    stdio: ['inherit', output.stream, errors.append ? 'pipe' : errors.stream],
    env: { ...process.env, ACTIVATIONS_COMMAND: `npx nx run experiments:${options.experiment}` },
  });
  for (const { stream } of [output, errors]) if (typeof stream === 'number') fs.closeSync(stream);

  /** @type {Buffer[]} */
  const said = [];
  child.stderr?.on('data', (text) => {
    said.push(text);
    process.stderr.write(text);
  });
  const forward = (/** @type {NodeJS.Signals} */ signal) => void child.kill(signal);
  const signals = /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const name of signals) process.on(name, forward);
  try {
    const { code, signal } = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
    });
    // nx has been silent since the interrupt, so what the experiment said about it is written where nx would have.
    if (interrupted.includes(code) && errors.append) errors.append(Buffer.concat(said));
    if (signal) console.error(`experiment ${options.experiment} was ended by ${signal}`);
    return { success: code === 0 };
  } finally {
    for (const name of signals) process.off(name, forward);
  }
};
