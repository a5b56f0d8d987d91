import * as fs from 'node:fs';
import * as path from 'node:path';
import { checksInto, instrumented, readPage, typeErrors } from './testing/documentation';

const root = path.resolve(__dirname, '../../..');
const folders = ['docs', 'docs/api', ...fs.readdirSync(path.join(root, 'packages')).map((name) => `packages/${name}`)];
const pages = ['README.md', ...folders.flatMap((folder) => fs.readdirSync(path.join(root, folder)).filter((file) => file.endsWith('.md')).map((file) => `${folder}/${file}`))]
  .map((name) => readPage(root, name))
  .filter(({ blocks }) => blocks > 0);

/** Runs a page. @returns what is not as it says */
async function run(code: string): Promise<string[]> {
  const wrong: string[] = [];
  const module: { exports: { program?: () => Promise<void> } } = { exports: {} };
  new Function('require', 'exports', 'module', 'checks', code)(require, module.exports, module, checksInto(wrong));
  await module.exports.program?.();
  return wrong;
}

test('the pages with examples are found', () => {
  expect(pages.map(({ name }) => name)).toEqual(expect.arrayContaining(['README.md', 'docs/api/typed-arrays.md', 'docs/api/tensors-and-layers.md', 'docs/api/runtime.md']));
});

test.each(pages)('$name does what it says', async (page) => {
  expect(await run(instrumented(page))).toEqual([]);
}, 60_000);

test('every example compiles', () => {
  expect(typeErrors(root, pages)).toEqual([]);
}, 60_000);

test('an example that is wrong is noticed', async () => {
  const page = (body: string) => instrumented({ name: 'page.md', source: `export const program = async () => {{${body}\n}}`, blocks: 1, statements: 1 });
  expect(await run(page('1 + 1; // => 3'))).toEqual(['line 1: 2, the page says 3']);
  expect(await run(page('const two = 2.00001; // => 2'))).toEqual([]);
  expect(await run(page('JSON.parse("1"); // throws x'))).toEqual(['line 1: does not throw']);
  expect(() => page('call( // => 1\n);')).toThrow('1 lines state a result, 0 of them after a statement');
});
