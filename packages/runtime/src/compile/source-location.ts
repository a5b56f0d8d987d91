import * as path from 'node:path';

/** `src/` or `dist/` of this package. */
const own = path.resolve(__dirname, '..') + path.sep;
/** As installed, and as its source maps name it. */
const tfjs = /[\\/](node_modules[\\/](@tensorflow|tslib)|tfjs-[a-z0-9-]+[\\/]src)[\\/]/;

function isForeign(frame: string): boolean {
  if (tfjs.test(frame) || frame.includes('node:') || frame.includes('<anonymous>')) return true;
  return frame.includes(own) && !frame.includes('.spec.');
}

function frames(): string[] {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = limit;
  return stack.split('\n').slice(1);
}

/** The innermost call in code that is neither tfjs's nor this package's, as `file:line:column`; empty where there is none. */
export function userLocation(): string {
  const frame = frames().find((line) => !isForeign(line));
  return frame === undefined ? '' : (/\(?((?:file:\/\/)?[^()\s][^()]*:\d+:\d+)\)?$/.exec(frame.replace(/^\s*at /, '').trim())?.[1] ?? '');
}

/** The outermost function of tfjs-core's public interface on the way to here, e.g. `tf.dropout`. */
export function calledOp(): string | undefined {
  const names = frames().flatMap((line) => /\b([A-Za-z0-9]+)__op\b/.exec(line)?.[1] ?? []);
  return names.length === 0 ? undefined : `tf.${names[names.length - 1] as string}`;
}
