import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { generated } from './docs';
import { checksInto, instrumented, readPage, typeErrors } from './testing/documentation';
import { brokenLinks, linksOf, staleListings } from './testing/links';

const root = path.resolve(__dirname, '../../..');
const inside = (folder: string): string[] => fs.readdirSync(path.join(root, folder)).map((name) => path.posix.join(folder, name));
const files = ['', 'docs', 'docs/api', ...inside('packages'), ...inside('packages/experiments/experiments')]
  .filter((folder) => fs.statSync(path.join(root, folder)).isDirectory())
  .flatMap((folder) => inside(folder).filter((file) => file.endsWith('.md')));
const pages = files.map((name) => readPage(root, name)).filter(({ blocks }) => blocks > 0);

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

test.each(files)('%s leads to what is there, and quotes what stands there', (file) => {
  expect(brokenLinks(path.join(root, file))).toEqual([]);
  expect(staleListings(root, path.join(root, file))).toEqual([]);
});

test('the index of the documentation leads to every page', () => {
  const index = path.join(root, 'docs', 'README.md');
  const linked = new Set(linksOf(index).map((link) => path.resolve(path.dirname(index), link.split('#')[0] ?? '')));
  expect(fs.readdirSync(path.dirname(index)).filter((file) => file.endsWith('.md') && file !== 'README.md' && !linked.has(path.join(path.dirname(index), file)))).toEqual([]);
});

test.each(generated().map(({ file, text }) => [path.relative(root, file), text] as const))('%s is what the sources make (npx nx run cli:docs)', (file, text) => {
  expect(fs.readFileSync(path.join(root, file), 'utf8')).toBe(text);
  if (file.endsWith('.svg')) expect(text.length).toBeLessThan(6000);
});

test('a link and a listing that are wrong are noticed', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'links-'));
  const page = path.join(folder, 'page.md');
  fs.writeFileSync(path.join(folder, 'source.ts'), 'const one = 1;\n');
  fs.writeFileSync(page, ['# A `heading`, with [a link](page.md)', '[a](#a-heading-with-a-link) [b](#b) [c](none.md) [d](https://example.org) `[e](e.md)` ![f](f.svg)',
    '<!-- from source.ts -->', '```ts', 'const one = 1;', '```', '<!-- from source.ts -->', '```ts', 'const two = 2;', '```', ''].join('\n'));
  expect(brokenLinks(page)).toEqual(['#b', 'none.md', 'f.svg']);
  expect(staleListings(folder, page)).toEqual(['source.ts: const two = 2;\n']);
  fs.rmSync(folder, { recursive: true });
});

test('an example that is wrong is noticed', async () => {
  const page = (body: string) => instrumented({ name: 'page.md', source: `export const program = async () => {{${body}\n}}`, blocks: 1, statements: 1 });
  expect(await run(page('1 + 1; // => 3'))).toEqual(['line 1: 2, the page says 3']);
  expect(await run(page('const two = 2.00001; // => 2'))).toEqual([]);
  expect(await run(page('JSON.parse("1"); // throws x'))).toEqual(['line 1: does not throw']);
  expect(() => page('call( // => 1\n);')).toThrow('1 lines state a result, 0 of them after a statement');
});
