import * as fs from 'node:fs';
import * as path from 'node:path';
import { referencePage } from './command/reference';
import { COMMANDS, SUMMARY } from './commands/all';

/** The page and what stands in it now. */
export function reference(): { readonly file: string; readonly text: string } {
  return { file: path.resolve(__dirname, '../../../docs/cli.md'), text: referencePage(SUMMARY, COMMANDS) };
}

if (require.main === module) {
  const { file, text } = reference();
  fs.writeFileSync(file, text);
}
