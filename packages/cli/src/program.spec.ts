import { main } from './program';

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(['node', 'activations', ...argv], { print: (line) => out.push(line), complain: (line) => err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

test('list shows every family, or one', async () => {
  const all = await run('list');
  expect(all.code).toBe(0);
  expect(all.out).toMatch(/^gelu\b/m);
  expect(all.out).toMatch(/^leaky_relu\(/m);
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
  [['list', '--family=gate'], /Allowed choices are pointwise, gated, perChannel/],
  [['lsit'], /unknown command 'lsit'/],
])('%j ends with what is right, and exit code 2', async (argv, message) => {
  const { code, err } = await run(...argv);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

test('run without an experiment lists them', async () => {
  const { code, out } = await run('run');
  expect(code).toBe(2);
  expect(out).toContain('experiments: ');
});
