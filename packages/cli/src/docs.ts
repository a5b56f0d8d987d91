import * as fs from 'node:fs';
import * as path from 'node:path';
import { referencePage } from './command/reference';
import { COMMANDS, SUMMARY } from './commands/all';
import { curveSprite } from './commands/curve_sprite';
import { functionCurve } from './commands/function_curves';
import { listActivations } from 'cuda-activations';

/** A file of the documentation that is written from the sources, and what has to stand in it. */
export interface Generated {
  readonly file: string;
  readonly text: string;
}

const docs = path.resolve(__dirname, '../../../docs');

/** The page of the command, and a picture of each pointwise activation. */
export function generated(): readonly Generated[] {
  const pictures = listActivations('pointwise').map(({ name }) => ({ file: path.join(docs, 'figures', 'activations', `${name}.svg`), text: curveSprite(functionCurve(name)) }));
  return [{ file: path.join(docs, 'cli.md'), text: referencePage(SUMMARY, COMMANDS) }, ...pictures];
}

if (require.main === module) {
  for (const { file, text } of generated()) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}
