/** Exit codes of every command. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  storage: 3,
  /** 128 + SIGINT. */
  interrupted: 130,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const;

/** What each means, for `--help` and the documentation. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done',
  failed: 'failed',
  usage: 'wrong option or data',
  storage: 'storage (disk full, not writable, folder in use)',
  interrupted: 'interrupted (Ctrl-C), after a checkpoint',
  terminated: 'terminated (SIGTERM), after a checkpoint',
};

/** All of them in one line. */
export function exitCodesLine(): string {
  return `exit codes: ${Object.entries(EXIT).map(([name, code]) => `${code} ${EXIT_MEANINGS[name as keyof typeof EXIT]}`).join(', ')}`;
}
