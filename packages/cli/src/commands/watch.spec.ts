import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { SweepFolder } from '@cuda-activations/experiments';
import { main } from '../program';
import { writeRun } from '../testing/fake_runs';
import { runCli } from '../testing/run_cli';
import { ask, Follower } from '../testing/watch_client';
import { watchCommand } from './watch';

const cwd = process.cwd();
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watch-command-'));
  process.chdir(folder);
  const sweep = new SweepFolder(path.join('sweeps', 'activations'));
  sweep.create({ format: 1, name: 'activations', experiment: 'cnn-mnist', preset: 'quick', items: 2, config: {}, varied: ['seeds'] }, '{"seeds":[1]}\n{"seeds":[2]}\n');
  writeRun('runs', 'cnn-mnist', 'one', { state: 'done', epochs: 1, complete: 1 });
});
afterEach(() => {
  process.chdir(cwd);
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Calls the program until it has said its address, and gives what ends it. */
async function started(...argv: string[]): Promise<{ url: URL; out: string[]; err: string[]; stop: () => Promise<number> }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = main(['node', 'activations', ...argv], { print: (line) => out.push(line), complain: (line) => err.push(line), colours: false, width: 80 });
  while (out.length === 0) await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), code.then((ended) => { throw new Error(`ended with ${String(ended)}: ${err.join('\n')}`); })]);
  const url = new URL(/http:\/\/[^\s"]+/.exec(out.join('\n'))?.[0] ?? '');
  return {
    url,
    out,
    err,
    stop: () => {
      process.emit('SIGINT', 'SIGINT');
      return code;
    },
  };
}

test.each(watchCommand.examples)('the example works: $line', async ({ line }) => {
  const { url, out, err, stop } = await started(...line.split(' '));
  const page = await ask(Number(url.port), url.pathname);
  expect(page.status).toBe(200);
  if (line.includes('--json')) expect(JSON.parse(out.join('\n'))).toEqual({ url: url.href, host: '127.0.0.1', port: Number(url.port), pid: process.pid });
  const follower = new Follower(Number(url.port));
  await follower.until(() => follower.rows.size === (line.includes('--sweep') ? 2 : 3), 'what is there');
  expect(await stop()).toBe(0);
  await follower.until(() => follower.closed, 'the end of the stream');
  expect(err).toEqual([]);
});

test('Ctrl-C ends the process at once, with open streams; so does SIGTERM', async () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const child = spawn(process.execPath, [path.join(__dirname, '..', '..', 'bin', 'activations.js'), 'watch', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [text] = (await child.stdout.take(1).toArray()) as [Buffer];
    const { port } = JSON.parse(text.toString()) as { port: number };
    const follower = new Follower(port);
    await follower.until(() => follower.rows.size === 3, 'what is there');
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill(signal);
    expect(await ended).toBe(0);
    await follower.until(() => follower.closed, 'the end of the stream');
  }
}, 30_000);

test('a port in use: what it is, what to do, and exit code 2', async () => {
  const { url, stop } = await started('watch', '--json');
  const { code, err, out } = await runCli('watch', `--port=${url.port}`);
  expect([code, out]).toEqual([2, '']);
  expect(err).toBe(`error: port: ${url.port} is in use at 127.0.0.1; choose another with --port=N, or --port=0 for one that is free`);
  expect(await stop()).toBe(0);
});

test('listening for other machines is warned of, and takes a token', async () => {
  const { url, err, stop } = await started('watch', '--host=0.0.0.0', '--json');
  expect(err.join('\n')).toMatch(/^warning: other machines reach this page at 0\.0\.0\.0/);
  expect(url.pathname).toMatch(/^\/[0-9a-f]{32}\/$/);
  expect(await stop()).toBe(0);
});

test.each([
  [['--port=70000'], /^error: .*port .*expected an integer from 0 to 65535, got 70000/],
  [['--port=http'], /^error: .*port .*expected an integer from 0 to 65535/],
  [['--sweep=absent'], /absent: holds no sweep/],
  [['--host=no-such-host.invalid'], /^error: host: no-such-host\.invalid is not known/],
  [['runs'], /too many arguments/],
])('%j ends with what is right, and exit code 2', async (argv, message) => {
  const { code, err } = await runCli('watch', ...argv);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});
