import * as fs from 'node:fs';
import * as path from 'node:path';

/** Puts programs in front of PATH, each the body of a shell script. @returns a function that undoes it */
export function fakeTools(folder: string, tools: Readonly<Record<string, string>>): () => void {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, body] of Object.entries(tools)) fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  const before = process.env['PATH'];
  process.env['PATH'] = `${folder}${path.delimiter}${before ?? ''}`;
  return () => { process.env['PATH'] = before; };
}
