import * as fs from 'node:fs';
import * as path from 'node:path';

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml' };

/** The page, read at the start: what is asked for by name later is looked up among these, and never becomes a path. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const root = path.resolve(__dirname, '..', '..');
  return new Map([path.join(root, 'page'), path.join(root, 'dist', 'page')].flatMap((folder) => fs.readdirSync(folder).flatMap((name): [string, Asset][] => {
    const type = TYPES[path.extname(name)];
    return type === undefined ? [] : [[name === 'index.html' ? '' : name, { type, body: fs.readFileSync(path.join(folder, name)) }]];
  })));
}
