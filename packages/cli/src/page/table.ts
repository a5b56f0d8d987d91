import { element, setText } from './element.js';
import type { Row, State } from './protocol.js';
import { ago, figure, percent, visible, whole } from './text.js';

/** Height of a row in pixels: --row of the style sheet. */
const ROW = 30;
/** Rows that are drawn beyond those that are seen. */
const BEYOND = 8;

/** What a column is called, and what it is sorted by. */
interface Column {
  readonly key: string;
  readonly title: string;
  readonly number: boolean;
  readonly of: (row: Row) => string | number | null;
}

const ORDER: readonly State[] = ['running', 'failed', 'interrupted', 'waiting', 'done'];

/** How much of its training a run has behind it, 0 to 1. */
export function share({ state, step, steps, epoch, epochs }: Row): number {
  if (state === 'done') return 1;
  const part = step !== null && steps !== null ? step / steps : epochs === null ? 0 : epoch / epochs;
  return part >= 0 && part <= 1 ? part : 0;
}

const COLUMNS: readonly Column[] = [
  { key: 'state', title: 'State', number: false, of: ({ state }) => ORDER.indexOf(state) },
  { key: 'of', title: 'Experiment', number: false, of: nameOf },
  { key: 'run', title: 'Run', number: false, of: ({ name }) => name },
  { key: 'epoch', title: 'Epoch', number: true, of: share },
  { key: 'train', title: 'Loss', number: true, of: ({ trainLoss }) => trainLoss },
  { key: 'val', title: 'Val loss', number: true, of: ({ valLoss }) => valLoss },
  { key: 'accuracy', title: 'Val %', number: true, of: ({ valAccuracy }) => valAccuracy },
  { key: 'test', title: 'Test %', number: true, of: ({ testAccuracy }) => testAccuracy },
  { key: 'left', title: 'Left', number: true, of: ({ leftSeconds }) => leftSeconds },
  { key: 'changed', title: 'Age', number: true, of: ({ changed }) => -changed },
];

/** What a table is sorted by. */
export interface Sorting {
  readonly key: string;
  readonly descending: boolean;
}

/** Names to sort by: a row never changes, another takes its place. */
const names = new WeakMap<Row, string>();

function nameOf(row: Row): string {
  let name = names.get(row);
  if (name === undefined) {
    const { sweep, item, experiment } = row;
    name = `${sweep} ${item === null ? experiment : String(item).padStart(9, '0')} ${row.name}`;
    names.set(row, name);
  }
  return name;
}

/** Rows in an order; those without a value come last, and equal ones as they are by name. */
export function sorted(rows: readonly Row[], { key, descending }: Sorting): Row[] {
  const column = COLUMNS.find((candidate) => candidate.key === key);
  const keyed = rows.map((row) => ({ row, value: column?.of(row) ?? null, name: nameOf(row) }));
  keyed.sort((a, b) => {
    if (a.value === b.value) return a.name < b.name ? -1 : 1;
    if (a.value === null || b.value === null) return a.value === null ? 1 : -1;
    return a.value < b.value === descending ? 1 : -1;
  });
  return keyed.map(({ row }) => row);
}

/** What the user does with it. */
export interface TableEvents {
  /** Curve of a row on or off. */
  picked(id: string): void;
  activated(id: string): void;
  sorted(key: string): void;
}

interface Line {
  readonly root: HTMLElement;
  readonly pick: HTMLElement;
  readonly state: HTMLElement;
  readonly where: HTMLElement;
  readonly name: HTMLElement;
  readonly done: HTMLElement;
  readonly epoch: HTMLElement;
  readonly numbers: readonly HTMLElement[];
  id: string;
}

/** A grid of which the rows that are seen are drawn, of however many there are. */
export class Table {
  readonly #space = element('div', 'space');
  readonly #empty = element('p', 'empty');
  readonly #heads = new Map<string, HTMLElement>();
  readonly #lines: Line[] = [];
  #rows: readonly Row[] = [];
  #active = '';
  #colours: ReadonlyMap<string, number> = new Map();

  constructor(
    private readonly host: HTMLElement,
    private readonly events: TableEvents,
  ) {
    const heads = element('div', 'line heads');
    heads.setAttribute('role', 'row');
    const picks = element('span', '', '');
    picks.setAttribute('role', 'columnheader');
    picks.setAttribute('aria-label', 'Curve');
    heads.append(picks);
    for (const { key, title, number } of COLUMNS) {
      const head = element('span', number ? 'number' : '');
      head.setAttribute('role', 'columnheader');
      const button = element('button', '', title);
      button.type = 'button';
      button.addEventListener('click', () => { events.sorted(key); });
      head.append(button);
      heads.append(head);
      this.#heads.set(key, head);
    }
    this.#space.setAttribute('role', 'rowgroup');
    this.#empty.hidden = true;
    host.append(heads, this.#space, this.#empty);
    host.addEventListener('scroll', () => { this.#draw(); }, { passive: true });
    host.addEventListener('keydown', (event) => { this.#key(event); });
    this.#space.addEventListener('click', (event) => { this.#click(event); });
    new ResizeObserver(() => { this.#draw(); }).observe(host);
  }

  /** @param colours of the rows whose curves are drawn */
  show(rows: readonly Row[], colours: ReadonlyMap<string, number>, active: string, sorting: Sorting, empty: string): void {
    this.#rows = rows;
    this.#colours = colours;
    this.#active = active;
    for (const [key, head] of this.#heads) {
      if (key === sorting.key) head.setAttribute('aria-sort', sorting.descending ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
    this.host.setAttribute('aria-rowcount', String(rows.length + 1));
    this.#space.style.height = `${String(rows.length * ROW)}px`;
    this.#empty.hidden = rows.length > 0;
    setText(this.#empty, empty);
    this.#draw();
  }

  #draw(): void {
    const first = Math.max(0, Math.floor(this.host.scrollTop / ROW) - BEYOND);
    const last = Math.min(this.#rows.length, Math.ceil((this.host.scrollTop + this.host.clientHeight) / ROW) + BEYOND);
    const now = Date.now();
    for (let i = first; i < last; i++) {
      const row = this.#rows[i];
      const line = (this.#lines[i - first] ??= this.#line());
      if (row) this.#fill(line, row, i, now);
    }
    for (const line of this.#lines.splice(Math.max(0, last - first))) line.root.remove();
    if (this.#lines.some(({ id }) => id === this.#active)) this.host.setAttribute('aria-activedescendant', `run-${this.#active}`);
    else this.host.removeAttribute('aria-activedescendant');
  }

  #line(): Line {
    const cell = (className: string, ...children: readonly HTMLElement[]) => {
      const made = element('span', className);
      made.setAttribute('role', 'gridcell');
      made.append(...children);
      return made;
    };
    const [root, pick, done, epoch, where, name, track] = [element('div', 'line'), element('span', 'pick'), element('i'), element('span'), element('bdi'), element('bdi'), element('span', 'track')];
    track.append(done);
    const numbers = COLUMNS.slice(4).map(() => cell('number'));
    const state = cell('dot');
    root.setAttribute('role', 'row');
    root.append(cell('', pick), state, cell('where', where), cell('name', name), cell('progress', track, epoch), ...numbers);
    this.#space.append(root);
    return { root, pick, state, where, name, done, epoch, numbers, id: '' };
  }

  #fill(line: Line, row: Row, index: number, now: number): void {
    const { root } = line;
    line.id = row.id;
    root.id = `run-${row.id}`;
    root.dataset['state'] = row.state;
    root.style.top = `${String(index * ROW)}px`;
    root.setAttribute('aria-rowindex', String(index + 2));
    root.classList.toggle('active', row.id === this.#active);
    const colour = this.#colours.get(row.id);
    root.setAttribute('aria-selected', String(colour !== undefined));
    line.pick.className = colour === undefined ? 'pick' : `pick f${String(colour)}`;
    line.state.dataset['state'] = row.state;
    setText(line.state, row.state);
    setText(line.where, row.sweep === '' ? visible(row.experiment) : `${String(row.item)} · ${visible(row.sweep)}`);
    setText(line.name, visible(row.name));
    root.title = `${line.where.textContent ?? ''} · ${line.name.textContent ?? ''}`;
    line.done.style.width = `${(100 * share(row)).toFixed(1)}%`;
    setText(line.epoch, row.epochs === null ? (row.epoch > 0 ? whole(row.epoch) : '') : `${whole(row.epoch)}/${whole(row.epochs)}`);
    line.epoch.title = row.step === null || row.steps === null ? '' : `step ${whole(row.step)} of ${whole(row.steps)}`;
    const texts = [figure(row.trainLoss), figure(row.valLoss), percent(row.valAccuracy), percent(row.testAccuracy), row.left, ago(row.changed, now)];
    texts.forEach((text, i) => {
      const cell = line.numbers[i];
      if (cell) setText(cell, text);
    });
  }

  #click(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    const root = target?.closest('.line');
    const line = this.#lines.find((candidate) => candidate.root === root);
    if (!line) return;
    if (target?.closest('.pick') ?? (event.ctrlKey || event.metaKey)) this.events.picked(line.id);
    else this.events.activated(line.id);
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== this.host || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.host.clientHeight / ROW) - 2);
    const moves: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const move = moves[event.key];
    const at = this.#rows.findIndex(({ id }) => id === this.#active);
    if (move !== undefined) {
      const to = Math.min(this.#rows.length - 1, Math.max(0, at < 0 ? 0 : at + move));
      const row = this.#rows[to];
      if (row) {
        // Now, not when it is drawn: the next key may be faster.
        this.#active = row.id;
        this.events.activated(row.id);
      }
      this.#reveal(to);
    } else if ((event.key === ' ' || event.key === 'Enter') && at >= 0) this.events.picked(this.#active);
    else return;
    event.preventDefault();
  }

  #reveal(index: number): void {
    // The head covers a row.
    const [top, bottom] = [index * ROW, (index + 2) * ROW];
    if (top < this.host.scrollTop) this.host.scrollTop = top;
    else if (bottom > this.host.scrollTop + this.host.clientHeight) this.host.scrollTop = bottom - this.host.clientHeight;
  }
}
