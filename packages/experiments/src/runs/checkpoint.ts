import * as fs from 'node:fs';
import * as path from 'node:path';
import { makeDirectory, storing, writeFileAtomic } from './atomic';
import { readJsonObject } from './read_json';
import { encodeArrays, readArrays, type StoredArrays } from './safetensors';

/** Everything that a run needs to go on as if it had not stopped. */
export interface Checkpoint<State> {
  /** Weights and optimiser slots. */
  readonly arrays: StoredArrays;
  /** Position, counters, random state: plain JSON. */
  readonly state: State;
}

interface Manifest<State> {
  readonly format: 1;
  readonly arrays: string;
  readonly state: State;
}

const ARRAYS = /^arrays-\d+\.safetensors$/;

/**
 * The checkpoint of one run: `checkpoint/state.json`, which names the array file that belongs to it.
 *
 * The rename of state.json is the one moment at which a new checkpoint takes the place of the old one; the arrays lie under a
 * name of their own and are complete before it. So a process killed at any moment leaves the old or the new checkpoint whole.
 */
export class CheckpointFolder<State> {
  readonly #folder: string;
  readonly #manifest: string;

  /**
   * @param runFolder the run's folder; `checkpoint/` is made in it at the first write
   * @param check before every write; throws where this process may not write there
   */
  constructor(
    runFolder: string,
    private readonly check: () => void = () => undefined,
  ) {
    this.#folder = path.join(runFolder, 'checkpoint');
    this.#manifest = path.join(this.#folder, 'state.json');
  }

  /** Whether there is one. */
  exists(): boolean {
    return fs.existsSync(this.#manifest);
  }

  /** @throws StorageError where it cannot be written; the earlier checkpoint is then untouched */
  write(checkpoint: Checkpoint<State>): void {
    this.check();
    makeDirectory(this.#folder);
    const previous = this.#arrayFiles();
    const counter = Math.max(0, ...previous.map((name) => Number(/\d+/.exec(name)?.[0] ?? 0))) + 1;
    const name = `arrays-${counter}.safetensors`;
    try {
      writeFileAtomic(path.join(this.#folder, name), encodeArrays(checkpoint.arrays));
      const manifest: Manifest<State> = { format: 1, arrays: name, state: checkpoint.state };
      writeFileAtomic(this.#manifest, `${JSON.stringify(manifest)}\n`);
    } catch (error) {
      fs.rmSync(path.join(this.#folder, name), { force: true });
      throw error;
    }
    for (const old of previous) storing(this.#folder, () => { fs.rmSync(path.join(this.#folder, old), { force: true }); });
  }

  /** @returns the checkpoint, or undefined where none was written */
  read(): Checkpoint<State> | undefined {
    const manifest = this.#read();
    return manifest && { arrays: readArrays(path.join(this.#folder, manifest.arrays)), state: manifest.state };
  }

  /** Its state alone. */
  state(): State | undefined {
    return this.#read()?.state;
  }

  /** Removes it, once the run is done. */
  remove(): void {
    storing(this.#folder, () => { fs.rmSync(this.#folder, { recursive: true, force: true }); });
  }

  #read(): Manifest<State> | undefined {
    if (!this.exists()) return undefined;
    const { format, arrays, state } = readJsonObject(this.#manifest);
    if (format !== 1) throw new Error(`${this.#manifest}: format ${JSON.stringify(format)}, expected 1`);
    // A file of this folder and no other: a checkpoint may come from someone else.
    if (typeof arrays !== 'string' || !ARRAYS.test(arrays)) throw new Error(`${this.#manifest}: names ${JSON.stringify(arrays)} as its arrays, expected arrays-<number>.safetensors`);
    return { format, arrays, state: state as State };
  }

  #arrayFiles(): string[] {
    return fs.readdirSync(this.#folder).filter((name) => ARRAYS.test(name.replace(/\.tmp$/, '')));
  }
}
