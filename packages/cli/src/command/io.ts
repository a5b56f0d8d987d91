import { styleText } from 'node:util';
import type { Output } from '@cuda-activations/experiments';

/** Where a command writes, and what may be written there. */
export interface Io extends Output {
  /** Whether colours may be used: a terminal, and `NO_COLOR` is not set. */
  readonly colours: boolean;
  /** Columns. */
  readonly width: number;
}

/** The terminal or pipe of this process. Node's `hasColors` knows `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb`. */
export function processIo(stdout: NodeJS.WriteStream = process.stdout): Io {
  return {
    print: (line) => { console.log(line); },
    complain: (line) => { console.error(line); },
    colours: stdout.isTTY && stdout.hasColors(),
    width: stdout.isTTY ? stdout.columns : 80,
  };
}

/** Text in a style, where colours may be used. */
export function styled(io: Pick<Io, 'colours'>, style: Parameters<typeof styleText>[0], text: string): string {
  // The caller has asked the stream; newer versions of Node would ask the standard output again.
  return io.colours ? styleText(style, text, { validateStream: false }) : text;
}

/** Writes the JSON of a value. */
export function printJson(io: Io, value: unknown): void {
  io.print(JSON.stringify(value, null, 2));
}
