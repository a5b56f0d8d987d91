#!/usr/bin/env node
import { diagnose } from './diagnose';
import { report } from './report';

const usage = `Tells what of cuda-activations is loaded, and why something is not.

  --json   as JSON
  --help   this text

Exit code: 0 if everything works, 1 if something does not, 2 for an unknown option.`;

/** @returns the exit code */
function main(args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== '--json' && arg !== '--help');
  if (unknown !== undefined) {
    console.error(`unknown option ${unknown}\n\n${usage}`);
    return 2;
  }
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const diagnosis = diagnose();
  console.log(args.includes('--json') ? JSON.stringify(diagnosis, null, 2) : report(diagnosis));
  return diagnosis.ok ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
