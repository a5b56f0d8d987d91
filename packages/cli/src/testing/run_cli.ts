import { main } from '../program';

/** What a call of the program said, and its exit code. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Calls the program in this process. */
export async function runCli(...argv: string[]): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await main(['node', 'activations', ...argv], { print: (line) => out.push(line), complain: (line) => err.push(line), colours: false, width: 80 });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
