import { fetchTensorFlow } from './fetch-tensorflow';
import { locateTensorFlow, type TensorFlowLocation } from './locate';
import { parseArgs } from 'node:util';

const usage = `usage: node cli.js [--verify] [--locate] [--print=directory|include|libraries|json]
  (none)     fetch TensorFlow into the cache unless it is there
  --verify   hash every cached file first
  --locate   do not fetch; fail when it is not there
  --print    write places to standard output (libraries: one a line, in load order)`;

const printers: Readonly<Record<string, (location: TensorFlowLocation) => string>> = {
  directory: (location) => location.directory,
  include: (location) => location.includeDirectory,
  libraries: (location) => location.libraries.join('\n'),
  json: (location) => JSON.stringify(location),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { verify: { type: 'boolean' }, locate: { type: 'boolean' }, print: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const printer = values.print === undefined ? undefined : printers[values.print];
  if (values.print !== undefined && !printer) throw new Error(`--print=${values.print}: expected one of ${Object.keys(printers).join(', ')}`);
  const location = values.locate ? locateTensorFlow() : await fetchTensorFlow({ verify: values.verify ?? false });
  if (printer) process.stdout.write(`${printer(location)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
