import { parseDevice } from './device';
import { fetchTensorFlow } from './fetch-tensorflow';
import { locateTensorFlow, type TensorFlowLocation } from './locate';
import { parseArgs } from 'node:util';

const usage = `usage: node cli.js [--device=auto|cpu|gpu] [--verify] [--locate] [--print=directory|include|libraries|json]
  (none)     fetch TensorFlow into the cache unless it is there
  --device   gpu: the build with CUDA and its libraries (3.4 GB to download, 5.5 GB on disk); cpu: the one without;
             auto: gpu where it is cached already and there is a driver, else cpu. Default: CUDA_ACTIVATIONS_DEVICE, else auto
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
    options: { device: { type: 'string' }, verify: { type: 'boolean' }, locate: { type: 'boolean' }, print: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const printer = values.print === undefined ? undefined : printers[values.print];
  if (values.print !== undefined && !printer) throw new Error(`--print=${values.print}: expected one of ${Object.keys(printers).join(', ')}`);
  const device = values.device === undefined ? {} : { device: parseDevice(values.device, '--device') };
  const location = values.locate ? locateTensorFlow(device) : await fetchTensorFlow({ verify: values.verify ?? false, ...device });
  if (printer) process.stdout.write(`${printer(location)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
