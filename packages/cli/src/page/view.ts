import type { Row, State } from './protocol.js';
import type { Sorting } from './table.js';

/** States in the order in which they are named. */
export const STATES: readonly State[] = ['running', 'waiting', 'done', 'failed', 'interrupted'];

/** Curves at a time: as many as there are colours. */
export const MAX_CURVES = 8;
/** Curves that are chosen without being asked for. */
const FOLLOWED = 6;

/** What the user chose to see; kept in the address, so that it outlives a reload. */
export interface View {
  filter: string;
  /** Empty: all. */
  readonly states: Set<State>;
  sorting: Sorting;
  log: boolean;
  /** Curves that go on, or the latest ones, are drawn; else those of `runs`. */
  follow: boolean;
  /** Colours of the runs that are drawn. */
  readonly runs: Map<string, number>;
  active: string;
}

/** Reads a view from what follows # in an address. What makes no sense is left out. */
export function readView(hash: string): View {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const list = (name: string) => (values.get(name) ?? '').split(',').filter((value) => value !== '');
  const runs = list('runs').filter((id) => /^[0-9a-f]{16}$/.test(id)).slice(0, MAX_CURVES);
  return {
    filter: values.get('q') ?? '',
    states: new Set(STATES.filter((state) => list('states').includes(state))),
    sorting: { key: values.get('sort') ?? 'state', descending: values.has('descending') },
    log: values.has('log'),
    follow: !values.has('runs'),
    runs: new Map(runs.map((id, colour) => [id, colour])),
    active: '',
  };
}

/** The same as text. */
export function viewText({ filter, states, sorting, log, follow, runs }: View): string {
  const values = new URLSearchParams();
  if (filter !== '') values.set('q', filter);
  if (states.size > 0) values.set('states', [...states].join(','));
  if (sorting.key !== 'state') values.set('sort', sorting.key);
  if (sorting.descending) values.set('descending', '');
  if (log) values.set('log', '');
  if (!follow) values.set('runs', [...runs.keys()].join(','));
  return values.toString();
}

/** Whether a row has every word of a filter, and a state that is asked for. */
export function matches(row: Row, words: readonly string[], states: ReadonlySet<State>): boolean {
  if (states.size > 0 && !states.has(row.state)) return false;
  if (words.length === 0) return true;
  const text = `${row.sweep} ${String(row.item ?? '')} ${row.experiment} ${row.name} ${row.state}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Turns the curve of a run on or off; of too many the first one goes. */
export function toggle(runs: Map<string, number>, id: string): void {
  if (runs.delete(id)) return;
  const [first] = runs.keys();
  if (runs.size >= MAX_CURVES && first !== undefined) runs.delete(first);
  runs.set(id, freeColour(runs));
}

/** Chooses the runs that go on, and where none does the latest; those that stay keep their colours. */
export function follow(runs: Map<string, number>, rows: Iterable<Row>): void {
  const candidates = [...rows].filter(({ state, points }) => state === 'running' || points > 0);
  const going = candidates.filter(({ state }) => state === 'running');
  const wanted = (going.length > 0 ? going : candidates)
    .sort((a, b) => Number(runs.has(b.id)) - Number(runs.has(a.id)) || b.changed - a.changed)
    .slice(0, FOLLOWED)
    .map(({ id }) => id);
  for (const id of runs.keys()) if (!wanted.includes(id)) runs.delete(id);
  for (const id of wanted) if (!runs.has(id)) runs.set(id, freeColour(runs));
}

function freeColour(runs: ReadonlyMap<string, number>): number {
  const taken = new Set(runs.values());
  for (let colour = 0; ; colour++) if (!taken.has(colour)) return colour;
}
