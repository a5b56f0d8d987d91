import * as fs from 'node:fs';
import type { Figure, Series } from '../page/protocol';
import type { Confined } from './confined';

/** Points of a curve that are kept: a longer one keeps every second, fourth, ... */
export const MAX_POINTS = 2000;
/** Bytes of a line; a longer one is left out. */
export const MAX_LINE = 4 * 2 ** 20;
/** Bytes that are read at once. */
const CHUNK = 2 ** 18;
/** Bytes before the place that was read to, which show whether it is the same file still. */
const ANCHOR = 64;
const NEWLINE = 10;

type Numbers = { [Name in keyof Series]: Series[Name] extends readonly (infer Value)[] ? Value[] : never };

/** The last line of metrics.jsonl. */
export interface LastEpoch {
  readonly epoch: number;
  readonly trainLoss: Figure;
  readonly valLoss: Figure;
  readonly valAccuracy: Figure;
  /** Steps and seconds of an epoch. */
  readonly steps: Figure;
  readonly seconds: Figure;
}

/** Follows the metrics.jsonl of a run: reads what was added, and all of it anew where it was cut or rewritten. */
export class MetricsTail {
  /** Grows whenever points that were given out are void. */
  generation = 0;
  last: LastEpoch | undefined;
  #points: Numbers = none();
  #stride = 1;
  #lines = 0;
  #offset = 0;
  #skipping = false;
  #anchor = Buffer.alloc(0);
  #file: { readonly ino: number; readonly mtimeMs: number; readonly size: number } | undefined;

  /** One number an epoch each. */
  get series(): Series {
    return this.#points;
  }

  /** @returns whether anything changed */
  read(files: Confined, relative: string): boolean {
    const before = [this.generation, this.#lines];
    const found = files.open(relative, (descriptor, { ino, mtimeMs, size }) => {
      const seen = this.#file;
      if (seen?.ino === ino && seen.mtimeMs === mtimeMs && seen.size === size) return true;
      // Touched without being longer, it was written anew.
      if (seen && (seen.ino !== ino || size <= seen.size || !this.#same(descriptor))) this.#forget();
      this.#file = { ino, mtimeMs, size };
      this.#readTo(descriptor, size);
      return true;
    });
    if (found === undefined && this.#file) {
      this.#forget();
      this.#file = undefined;
    }
    return before[0] !== this.generation || before[1] !== this.#lines;
  }

  #same(descriptor: number): boolean {
    const bytes = Buffer.alloc(this.#anchor.length);
    fs.readSync(descriptor, bytes, 0, bytes.length, this.#offset - bytes.length);
    return bytes.equals(this.#anchor);
  }

  #forget(): void {
    this.generation += 1;
    this.last = undefined;
    this.#points = none();
    [this.#stride, this.#lines, this.#offset, this.#skipping, this.#anchor] = [1, 0, 0, false, Buffer.alloc(0)];
  }

  /** Takes every whole line up to `size`; the rest of the last one is read again once it has ended. */
  #readTo(descriptor: number, size: number): void {
    let rest: Buffer[] = [];
    let length = 0;
    for (let position = this.#offset; position < size; ) {
      const chunk = Buffer.alloc(Math.min(CHUNK, size - position));
      const got = fs.readSync(descriptor, chunk, 0, chunk.length, position);
      if (got === 0) break;
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0 && end < got; end = chunk.indexOf(NEWLINE, from)) {
        const line = Buffer.concat([...rest, chunk.subarray(from, end)]);
        if (!this.#skipping && length + end - from <= MAX_LINE) this.#take(line.toString('utf8'));
        this.#skipping = false;
        [rest, length, from] = [[], 0, end + 1];
        this.#offset = position + from;
        this.#anchor = Buffer.concat([line, Buffer.of(NEWLINE)]).subarray(-ANCHOR);
      }
      length += got - from;
      if (length > MAX_LINE) {
        this.#skipping = true;
        [rest, length] = [[], 0];
        this.#offset = position + got;
        this.#anchor = Buffer.from(chunk.subarray(0, got).subarray(-ANCHOR));
      } else if (got > from) rest.push(chunk.subarray(from, got));
      position += got;
    }
  }

  #take(line: string): void {
    let value: Readonly<Record<string, unknown>>;
    try {
      value = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (typeof value !== 'object' || (value as unknown) === null || Array.isArray(value)) return;
    } catch {
      // Damaged, or no line of metrics: what can be read is shown.
      return;
    }
    const figure = (name: string): Figure => finite(value[name]);
    const epoch = figure('epoch') ?? (this.last?.epoch ?? 0) + 1;
    const [trainLoss, valLoss, valAccuracy] = [figure('trainLoss'), figure('valLoss'), figure('valAccuracy')];
    this.last = { epoch, trainLoss, valLoss, valAccuracy, steps: figure('steps'), seconds: figure('seconds') };
    if (this.#lines++ % this.#stride !== 0) return;
    const points = this.#points;
    points.epoch.push(epoch);
    points.trainLoss.push(trainLoss);
    points.valLoss.push(valLoss);
    points.trainAccuracy.push(figure('trainAccuracy'));
    points.valAccuracy.push(valAccuracy);
    if (points.epoch.length > MAX_POINTS) this.#thin();
  }

  #thin(): void {
    const even = <T>(values: readonly T[]) => values.filter((_, i) => i % 2 === 0);
    const { epoch, trainLoss, valLoss, trainAccuracy, valAccuracy } = this.#points;
    this.#points = { epoch: even(epoch), trainLoss: even(trainLoss), valLoss: even(valLoss), trainAccuracy: even(trainAccuracy), valAccuracy: even(valAccuracy) };
    this.#stride *= 2;
    this.generation += 1;
  }
}

const none = (): Numbers => ({ epoch: [], trainLoss: [], valLoss: [], trainAccuracy: [], valAccuracy: [] });

/** A number as it is, anything else as null: JSON has null for a loss that is not finite, and 1e999 for infinity. */
export function finite(value: unknown): Figure {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
