import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { processIo, styled } from './command/io';
import { runCli as run } from './testing/run_cli';

test('list shows every family, or one', async () => {
  const all = await run('list');
  expect(all.code).toBe(0);
  expect(all.out).toMatch(/^gelu\b/m);
  expect(all.out).toMatch(/^leaky_relu\(/m);
  // The source, below the formula.
  expect(all.out).toMatch(/^softmax +exp.*\n +Bridle 1990/m);
  const gated = await run('list', '--family=gated');
  expect(gated.out).toMatch(/^swiglu/m);
  expect(gated.out).not.toMatch(/^relu\b/m);
});

test('list --json is the table', async () => {
  const rows = JSON.parse((await run('list', '--json')).out) as { name: string; formula: string }[];
  expect(rows.map(({ name }) => name)).toContain('elu');
  expect(rows.every(({ formula }) => formula.length > 0)).toBe(true);
});

test('doctor says of each part whether it works, and its exit code says of all', async () => {
  const { code, out } = await run('doctor', '--json');
  const { ok } = JSON.parse(out) as { ok: boolean };
  expect(code).toBe(ok ? 0 : 1);
  expect((await run('doctor')).out).toContain('TensorFlow');
});

test('run passes options and --help to the experiment', async () => {
  const help = await run('run', 'cnn-cifar', '--help');
  expect(help.code).toBe(0);
  expect(help.out).toContain('usage: npx activations run cnn-cifar [--option=value ...]');
  for (const option of ['dataset', 'dataDir', 'activations', 'optimizers', 'epochs', 'steps', 'batchSize', 'seeds', 'runsDir', 'preset']) {
    expect(help.out).toMatch(new RegExp(`^ +--${option} +\\S`, 'm'));
  }
});

test.each([
  [['run', 'cnn-cifra'], /unknown experiment "cnn-cifra" \(did you mean cnn-cifar\?\)\nexperiments: .*resnet-mnist/],
  [['run', 'cnn-cifar', '--epoch=3'], /unknown option --epoch \(did you mean epochs\?\)\noptions: /],
  [['run', 'cnn-cifar', '--preset=papre'], /unknown preset "papre" of cnn-cifar \(did you mean paper\?\)/],
  [['run', 'cnn-cifar', '--activations=reluu'], /activations: .*unknown name "reluu".*relu/],
  [['run', 'cnn-cifar', '--dataset=mnist'], /dataset: this experiment takes auto, synthetic, cifar10, cifar100, got mnist/],
  [['run', 'cnn-cifar', '--activationSites=stem'], /unknown option --activationSites/],
  [['list', '--family=gate'], /family .*expected one of pointwise, gated, perChannel, rowwise, or none, got "gate"/],
  [['lsit'], /unknown command 'lsit'/],
])('%j ends with what is right, and exit code 2', async (argv, message) => {
  const { code, err } = await run(...argv);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

test('what is missing or too much is named, and where to read on', async () => {
  for (const [argv, message] of [[['compare', 'relu'], /missing required argument 'b'/], [['watch', 'runs'], /too many arguments/], [['list', '--famly=gated'], /unknown option '--famly=gated'/]] as const) {
    const { code, err } = await run(...argv);
    expect(err).toMatch(message);
    expect(err).toMatch(/--help says what it takes/);
    expect(code).toBe(2);
  }
});

test('a folder without runs says so', async () => {
  const { code, out } = await run('report', '--runsDir=no-such-folder');
  expect([code, out]).toEqual([0, 'no runs in no-such-folder']);
});

test('run without an experiment lists them', async () => {
  const { code, out } = await run('run');
  expect(code).toBe(2);
  expect(out).toContain('experiments: ');
});

test('resume goes on with what did not end, report reports it, each under the options of the call', async () => {
  const runsDir = fs.mkdtempSync(path.join(os.tmpdir(), 'resume-'));
  try {
    const options = ['--dataset=synthetic', '--syntheticTrain=80', '--syntheticTest=16', '--activations=relu', '--optimizers=sgd', '--epochs=1', '--timingSteps=0', `--runsDir=${runsDir}`];
    expect((await run('run', 'cnn-mnist', ...options)).code).toBe(0);
    expect((await run('resume', `--runsDir=${runsDir}`)).out).toContain('waits to go on');
    const file = path.join(runsDir, 'cnn-mnist', 'invocation.json');
    const kept = JSON.parse(fs.readFileSync(file, 'utf8')) as { config: { activations: string[] } };
    // As a call that was killed before its second activation leaves it.
    fs.writeFileSync(file, JSON.stringify({ ...kept, finished: false, config: { ...kept.config, activations: ['relu', 'elu'] } }));
    expect((await run('resume', '--dryRun', `--runsDir=${runsDir}`)).out).toContain('cnn-mnist, preset quick');
    const resumed = await run('resume', '--json', `--runsDir=${runsDir}`);
    expect(resumed.code).toBe(0);
    expect(resumed.err).toContain('1 of 2 runs are finished already');
    const { experiments } = JSON.parse(resumed.out) as { experiments: { runs: { status: string }[] }[] };
    expect(experiments[0]?.runs.map(({ status }) => status)).toEqual(['done', 'done']);
    fs.rmSync(path.join(runsDir, 'cnn-mnist', 'report'), { recursive: true });
    const report = await run('report', 'cnn-mnist', `--runsDir=${runsDir}`);
    expect(report.code).toBe(0);
    expect(report.out).toMatch(/^elu +sgd/m);
    expect(fs.readFileSync(path.join(runsDir, 'cnn-mnist', 'report', 'report.md'), 'utf8')).toContain('| elu | sgd |');
    expect((await run('report', 'cnn-cifar', `--runsDir=${runsDir}`)).err).toContain('cnn-cifar was not run in');
  } finally {
    fs.rmSync(runsDir, { recursive: true, force: true });
  }
}, 120_000);

test('an experiment with APL is reported anew and exported as its run was', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'report-'));
  const [runsDir, resultsDir] = [path.join(folder, 'runs'), path.join(folder, 'results')];
  try {
    const options = ['--dataset=synthetic', '--syntheticTrain=40', '--syntheticTest=16', '--activations=apl', '--optimizers=adam', '--depths=2', '--epochs=1', '--batchSize=16', `--runsDir=${runsDir}`, `--resultsDir=${resultsDir}`];
    expect((await run('run', 'apl-depth', ...options)).code).toBe(0);
    const kept = fs.readFileSync(path.join(resultsDir, 'apl-depth-2.json'), 'utf8');
    for (const gone of [path.join(runsDir, 'apl-depth', 'report'), resultsDir]) fs.rmSync(gone, { recursive: true });
    const report = await run('report', 'apl-depth', `--runsDir=${runsDir}`);
    expect(report).toMatchObject({ code: 0, err: '' });
    expect(report.out).toMatch(/^apl +adam/m);
    expect(fs.readFileSync(path.join(runsDir, 'apl-depth', 'report', 'report.md'), 'utf8')).toContain('| apl | adam |');
    expect(fs.readFileSync(path.join(resultsDir, 'apl-depth-2.json'), 'utf8')).toBe(kept);
    expect((await run('report', 'apl-segments', `--runsDir=${runsDir}`)).err).toContain('apl-segments was not run in');
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

test('colours only where they may be used', () => {
  const stream = (isTTY: boolean, colours: boolean) => ({ isTTY, columns: 100, hasColors: () => colours }) as unknown as NodeJS.WriteStream;
  expect(processIo(stream(true, true))).toMatchObject({ colours: true, width: 100 });
  expect(processIo(stream(true, false)).colours).toBe(false);
  expect(processIo(stream(false, true))).toMatchObject({ colours: false, width: 80 });
  expect(styled({ colours: false }, 'cyan', 'x')).toBe('x');
  expect(styled({ colours: true }, 'cyan', 'x')).toBe('\x1b[36mx\x1b[39m');
});
