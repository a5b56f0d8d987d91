/** Node 22 warns of, and Node 23 removed, functions of `util` that the files of `@tensorflow/tfjs-node-gpu` call. Must be imported before them. */
import util from 'node:util';

const replacements = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: (value: unknown): boolean => Array.isArray(value),
};

for (const [name, value] of Object.entries(replacements)) Object.defineProperty(util, name, { value, configurable: true, writable: true });
