import { runCommand } from './command';

// A closed pipe or terminal must not end a run that is writing its checkpoint.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

void runCommand(process.argv.slice(2), process.env['ACTIVATIONS_COMMAND'] ?? 'activations run').then((code) => {
  process.exitCode = code;
});
