import * as fs from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';

// The examples of the documentation as programs. Conventions: docs/api/README.md.

/** The ts blocks of a page as one module, with a line for each line of the page. */
export interface Page {
  readonly name: string;
  readonly source: string;
  readonly blocks: number;
  /** Comments that state a result. */
  readonly statements: number;
}

const IMPORT = /^import (?:(\* as \w+)|\{ (.*) \}) from '(.*)';/;
const RESULT = /^\/\/ (=>|throws) (.*)$/;

/**
 * Reads a page. A block sees what those before it made and may use their names anew, as a reader does; imports hold to the end of the page.
 * Nothing is moved to another line, so that messages name the page's lines.
 */
export function readPage(root: string, name: string): Page {
  const imports = new Map<string, Set<string>>();
  let blocks = 0;
  let inside = false;
  let statements = 0;
  const lines = fs.readFileSync(path.join(root, name), 'utf8').split('\n').map((line) => {
    if (line.startsWith('```')) {
      inside = !inside && line === '```ts';
      if (!inside) return '';
      blocks++;
      return '{';
    }
    if (!inside) return '';
    const [, all, some, from] = IMPORT.exec(line) ?? [];
    if (from !== undefined) {
      const names = imports.get(from) ?? new Set();
      for (const each of all === undefined ? (some ?? '').split(',') : [all]) names.add(each.trim());
      imports.set(from, names);
      return '';
    }
    if (/\/\/ (=>|throws) /.test(line)) statements++;
    return line;
  });
  if (inside) throw new Error(`${name}: the last block does not end`);
  // Imports share the first line, which is a heading's.
  const imported = [...imports].flatMap(([from, names]) => [...names].map((each) => `import ${each.startsWith('*') ? each : `{ ${each} }`} from '${from}';`));
  const source = [`${imported.join(' ')} export const program = async () => {${lines[0] ?? ''}`, ...lines.slice(1)].join('\n');
  return { name, blocks, source: `${source}${'}'.repeat(blocks)}};\n`, statements };
}

/** What an instrumented page calls with its line, its value or the call that throws, and the text after the mark. */
export interface Checks {
  readonly is: (line: number, value: unknown, expected: string) => Promise<void>;
  readonly throws: (line: number, call: () => unknown, expected: string) => Promise<void>;
}

/** A value as the pages write it: JSON, numbers to four places. */
function show(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return show(Array.from(value as Float32Array));
  if (Array.isArray(value)) return value.map(show);
  // A tensor of whichever TensorFlow.js.
  if (typeof value === 'object' && value !== null && 'arraySync' in value) return show((value as { arraySync(): unknown }).arraySync());
  return typeof value === 'number' ? Math.round(value * 1e4) / 1e4 + 0 : value;
}

/** Checks that note in `wrong` what is not as the page says. */
export function checksInto(wrong: string[]): Checks {
  return {
    is: async (line, value, expected) => {
      const shown = JSON.stringify(show(await value));
      if (shown !== JSON.stringify(JSON.parse(expected))) wrong.push(`line ${String(line)}: ${shown}, the page says ${expected}`);
    },
    throws: async (line, call, expected) => {
      try {
        await call();
        wrong.push(`line ${String(line)}: does not throw`);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        if (!message.includes(expected)) wrong.push(`line ${String(line)}: throws ${message}`);
      }
    },
  };
}

/**
 * JavaScript of a page whose marked statements call `checks`.
 * @param module CommonJS, or ESNext for an ECMAScript module
 * @throws where a mark belongs to no statement
 */
export function instrumented(page: Page, module: ts.ModuleKind = ts.ModuleKind.CommonJS): string {
  const file = ts.createSourceFile(page.name, page.source, ts.ScriptTarget.ES2022, true);
  const edits: { readonly at: number; readonly text: string }[] = [];
  let found = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node) || ts.isVariableStatement(node)) mark(node);
    ts.forEachChild(node, visit);
  };
  const mark = (node: ts.ExpressionStatement | ts.VariableStatement): void => {
    const [comment] = ts.getTrailingCommentRanges(page.source, node.end) ?? [];
    const [, kind, text] = (comment && RESULT.exec(page.source.slice(comment.pos, comment.end))) ?? [];
    if (kind === undefined || text === undefined) return;
    found++;
    const line = file.getLineAndCharacterOfPosition(node.end).line + 1;
    const tail = `, ${JSON.stringify(text)});`;
    if (ts.isVariableStatement(node)) {
      const [{ name } = { name: undefined }] = node.declarationList.declarations;
      edits.push({ at: node.end, text: `await checks.is(${String(line)}, ${name?.getText() ?? ''}${tail}` });
    } else {
      const { expression } = node;
      edits.push({ at: expression.getStart(), text: kind === '=>' ? `await checks.is(${String(line)}, ` : `await checks.throws(${String(line)}, () => ` });
      edits.push({ at: expression.end, text: tail });
    }
  };
  visit(file);
  if (found !== page.statements) throw new Error(`${page.name}: ${String(page.statements)} lines state a result, ${String(found)} of them after a statement`);
  let source = page.source;
  for (const { at, text } of edits.sort((a, b) => b.at - a.at)) source = source.slice(0, at) + text + source.slice(at);
  return ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ES2022, module, esModuleInterop: true } }).outputText;
}

/** Messages of the compiler about the pages, by line of the page. */
export function typeErrors(root: string, pages: readonly Page[]): readonly string[] {
  const base = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), (file) => ts.sys.readFile(file)).config as object;
  const { options } = ts.parseJsonConfigFileContent({ ...base, files: [] }, ts.sys, root);
  // Beside the sources of a package, where its imports are found.
  const files = new Map(pages.map((page) => [path.join(root, 'packages', 'cli', 'src', `${page.name.replaceAll('/', '_')}.ts`), page]));
  const settings: ts.CompilerOptions = { ...options, composite: false, incremental: false, noEmit: true };
  const host = ts.createCompilerHost(settings);
  const { readFile, fileExists, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.readFile = (name) => files.get(name)?.source ?? readFile.call(host, name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const page = files.get(name);
    return page ? ts.createSourceFile(name, page.source, languageVersion, true) : getSourceFile.call(host, name, languageVersion, ...rest);
  };
  const program = ts.createProgram([...files.keys()], settings, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const where = file ? `${files.get(file.fileName)?.name ?? file.fileName}:${String(file.getLineAndCharacterOfPosition(start ?? 0).line + 1)}` : '';
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}
