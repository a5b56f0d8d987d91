/** Input that the user can correct: an option, a preset, a file. Its message is shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A program that was called did not do what it was asked to; the message says what it said. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
