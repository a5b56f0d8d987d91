import * as fs from 'node:fs';

/** An object as JSON has it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a JSON object of a run's folder.
 * @throws Error naming the file, what was expected and what is there instead
 */
export function readJsonObject(file: string): JsonObject {
  return parseJsonObject(file, fs.readFileSync(file, 'utf8'));
}

/** The same of text that was read from a place of a file. */
export function parseJsonObject(place: string, text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${place}: damaged: expected a JSON object: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${place}: damaged: expected a JSON object, found ${JSON.stringify(value).slice(0, 60)}`);
  return value as JsonObject;
}
