import { execFileSync } from 'node:child_process';
import { runCli } from '../testing/run_cli';

const complete = async (line: string, shell = 'fish') => (await runCli('complete', `--shell=${shell}`, '--', line)).out.split('\n');

test.each([
  ['activations pl', ['plot']],
  ['activations data ', ['fetch', 'verify']],
  ['activations plot mi', ['mish']],
  ['activations plot gelu mi', ['mish']],
  ['activations run cnn-m', ['cnn-mnist']],
  ['activations run cnn-mnist --optim', ['--optimizers=']],
  ['activations run cnn-mnist --optimizers=', ['--optimizers=sgd', '--optimizers=adam', '--optimizers=adamw']],
  ['activations run cnn-mnist --optimizers=sgd,a', ['--optimizers=sgd,adam', '--optimizers=sgd,adamw']],
  ['activations run cnn-mnist --preset=c', ['--preset=corrected']],
  ['activations bench kernels --memory=r', ['--memory=reused']],
  ['activations list --family=g', ['--family=gated']],
  ['activations list --js', ['--json']],
  ['activations completion z', ['zsh']],
  ['activations nothing ', ['']],
  ['activations run nothing --', ['']],
])('%s', async (line, expected) => {
  expect(await complete(line)).toEqual(expected);
});

test('what is hidden is not offered', async () => {
  expect(await complete('activations c')).toEqual(['compare', 'completion']);
});

test('bash is given what follows "="', async () => {
  expect(await complete('activations list --family=po', 'bash')).toEqual(['pointwise']);
});

test('the script for bash asks with the line up to the cursor and takes the answer', async () => {
  const { out: script } = await runCli('completion', 'bash');
  // What the shell does at a tab, with the program replaced by one that shows its arguments, a line each.
  const said = execFileSync('bash', ['-c', `activations() { printf '%s\\n' "$@" plot; }\n${script}\nCOMP_LINE='activations pl --x'; COMP_POINT=14; _activations; printf '%s|' "\${COMPREPLY[@]}"`]).toString();
  expect(said).toBe('complete|--shell=bash|--|activations pl|plot|');
});
