/** Node 23 removed functions of `util` that the files of `@tensorflow/tfjs-node-gpu` call. Must be imported before them. */
import util from 'node:util';

const removed = {
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
  isArray: (value: unknown): boolean => Array.isArray(value),
};

for (const [name, replacement] of Object.entries(removed)) {
  if (!(name in util)) Object.defineProperty(util, name, { value: replacement, configurable: true, writable: true });
}
