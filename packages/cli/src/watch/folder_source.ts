import * as path from 'node:path';
import type { Details, Row } from '../page/protocol';
import { Confined } from './confined';
import { RunReader } from './run_reader';
import type { Active, Source } from './source';

/** The runs of a folder of runs: `<experiment>/<run>/`. */
export class FolderSource implements Source {
  /** By their ids. */
  readonly #runs = new Map<string, RunReader>();
  readonly #byPath = new Map<string, RunReader>();
  #files: Confined | undefined;
  #experiments: readonly string[] = [];
  readonly sweep = undefined;
  hidden = 0;

  constructor(readonly folder: string) {}

  get missing(): boolean {
    return this.#files === undefined;
  }

  *look(limit: number): Generator<Row | undefined> {
    const files = Confined.at(this.folder);
    if (files?.root !== this.#files?.root) for (const run of this.#byPath.values()) this.#drop(run);
    this.#files = files;
    this.#experiments = files?.folders('') ?? [];
    const seen = new Set<string>();
    let hidden = 0;
    for (const experiment of files ? this.#experiments : []) {
      for (const name of files?.folders(experiment) ?? []) {
        const relative = path.join(experiment, name);
        const known = this.#byPath.get(relative);
        if (!files || (!known && !files.stat(path.join(relative, 'config.json')))) continue;
        if (seen.size >= limit) {
          hidden += 1;
          continue;
        }
        const run = known ?? new RunReader(files, relative, { experiment, sweep: '', item: null, name });
        if (!run.refresh()) continue;
        seen.add(relative);
        this.#byPath.set(relative, run);
        this.#runs.set(run.id, run);
        yield run.row();
      }
      yield undefined;
    }
    this.hidden = hidden;
    for (const [relative, run] of this.#byPath) if (!seen.has(relative)) this.#drop(run);
  }

  *active(): Generator<Active> {
    for (const run of this.#runs.values()) if (run.state === 'running') yield { run, row: () => run.row() };
  }

  *places(): Generator<string> {
    if (!this.#files) return;
    yield this.#files.root;
    for (const experiment of this.#experiments) yield path.join(this.#files.root, experiment);
  }

  reader(id: string): RunReader | undefined {
    return this.#runs.get(id);
  }

  details(id: string): Details | undefined {
    return this.reader(id)?.details();
  }

  #drop(run: RunReader): void {
    this.#runs.delete(run.id);
    this.#byPath.delete(run.relative);
  }
}
