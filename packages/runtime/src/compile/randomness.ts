import { calledOp, userLocation } from './source-location';

/** Thrown for JavaScript random numbers inside a compiled function, where they would be drawn once and then repeated for ever. */
export class FrozenRandomnessError extends Error {
  override readonly name = 'FrozenRandomnessError';

  constructor(source: string) {
    const op = calledOp();
    const location = userLocation();
    super(
      `${op === undefined ? source : `${op} (${source})`} in a compiled function${location && ` at ${location}`}: its random numbers are drawn in JavaScript, ` +
        'so every call would repeat those of the first. Pass them as an argument, or use ops that draw inside TensorFlow from a seed and a counter ' +
        '(StatelessRandomUniformV2, ops.dropout). A tf op with a fixed seed is allowed: it repeats its numbers in eager execution, too.',
    );
  }
}

/** Runs `body` while `Math.random` and `crypto.getRandomValues` throw. `onUse` hears of the error even if `body` swallows it. */
export function withoutRandomness<T>(onUse: (error: FrozenRandomnessError) => void, body: () => T): T {
  const refuse = (source: string) => (): never => {
    const error = new FrozenRandomnessError(source);
    onUse(error);
    throw error;
  };
  const { random } = Math;
  const crypto = globalThis.crypto;
  const ownGetRandomValues = Object.getOwnPropertyDescriptor(crypto, 'getRandomValues');
  Math.random = refuse('Math.random');
  Object.defineProperty(crypto, 'getRandomValues', { value: refuse('crypto.getRandomValues'), configurable: true, writable: true });
  try {
    return body();
  } finally {
    Math.random = random;
    if (ownGetRandomValues === undefined) Reflect.deleteProperty(crypto, 'getRandomValues');
    else Object.defineProperty(crypto, 'getRandomValues', ownGetRandomValues);
  }
}
