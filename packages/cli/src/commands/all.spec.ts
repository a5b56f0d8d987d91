import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { fieldsOf } from '@cuda-activations/experiments';
import { runCli } from '../testing/run_cli';
import { COMMANDS, GROUPS } from './all';

const visible = COMMANDS.filter(({ hidden }) => !hidden);
const cwd = process.cwd();
let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'activations-'));
  process.chdir(folder);
});
afterAll(() => {
  process.chdir(cwd);
  fs.rmSync(folder, { recursive: true, force: true });
});

test.each(visible)('$name --help shows every argument, option, default and example', async ({ name, arguments: positional, options, examples }) => {
  const { code, out } = await runCli(...name.split(' '), '--help');
  expect(code).toBe(0);
  const words = out.replace(/\s+/g, ' ');
  for (const argument of positional) expect(out).toContain(argument.name);
  for (const field of fieldsOf(options)) {
    expect(out).toMatch(new RegExp(`^ +--${field.name}\\b`, 'm'));
    expect(words).toContain(field.description);
  }
  for (const { line } of examples) expect(out).toContain(`npx activations ${line}\n`);
  expect(out).toContain('exit codes: 0 done');
});

// In the order of the help: what an example makes, those after it may use.
const examples = visible.flatMap(({ name, examples: of }) => of.filter(({ network, endless }) => network !== true && endless !== true).map((example) => ({ name, ...example })));

test.each(examples)('the example works: $line', async ({ line }) => {
  const { code, out, err } = await runCli(...line.split(' '));
  expect(line.startsWith('doctor') ? [0, 1] : [0]).toContain(code);
  expect(out).not.toBe('');
  if (!line.includes('doctor')) expect(err).not.toMatch(/error/i);
  if (/(^| )--json( |$)/.test(line)) expect(() => { JSON.parse(out); }).not.toThrow();
  const [, output] = /--output=(\S+)/.exec(line) ?? [];
  if (output !== undefined) expect(fs.statSync(output).size).toBeGreaterThan(1000);
}, 120_000);

test.each(Object.keys(GROUPS))('%s alone shows what it holds, and exit code 2', async (group) => {
  const { code, err } = await runCli(group);
  expect(code).toBe(2);
  for (const { name } of visible.filter((command) => command.name.startsWith(`${group} `))) expect(err).toContain(name.split(' ')[1]);
});

test('a new user who types nothing sees the commands', async () => {
  const { err, out } = await runCli();
  for (const { name } of visible) expect(out + err).toContain(name.split(' ')[0]);
});
