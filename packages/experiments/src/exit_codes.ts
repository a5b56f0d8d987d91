/** Exit codes of every experiment; `--help` lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  /** An option, a preset or a data file that the user can correct. */
  usage: 2,
  /** The run folder cannot be written: disk full, permissions, locked by another process. */
  storage: 3,
  /** 128 + SIGINT, after a checkpoint. */
  interrupted: 130,
  /** 128 + SIGTERM, after a checkpoint. */
  terminated: 143,
} as const;
