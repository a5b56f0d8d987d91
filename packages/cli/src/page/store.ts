import type { Curve, Details, Figure, Overview, Row, Series, Update } from './protocol.js';

/** How the page stands with its server. */
export type Link = 'connecting' | 'live' | 'lost';

/** Curves that are loaded at a time. */
const LOADS = 4;
/** A server that is gone is asked again after so long. */
const RETRY_MS = 2000;

type Numbers = { [Name in keyof Series]: (Series[Name][number])[] };

interface KeptCurve {
  generation: number;
  readonly series: Numbers;
  loading: boolean;
}

/** What the server said, kept up to date by its events. */
export class Store {
  readonly rows = new Map<string, Row>();
  overview: Overview = { folders: [], sweeps: [], hidden: 0 };
  link: Link = 'connecting';
  readonly #curves = new Map<string, KeptCurve>();
  readonly #details = new Map<string, { readonly key: string; details: Details | undefined }>();
  #loads = 0;

  /** @param changed told after every change */
  constructor(private readonly changed: () => void) {}

  /** Opens the stream. The browser opens it again where it breaks; where the server refuses, this does. */
  connect(): void {
    const source = new EventSource('events');
    source.addEventListener('open', () => { this.#setLink('live'); });
    source.addEventListener('error', () => {
      this.#setLink('lost');
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      setTimeout(() => { this.connect(); }, RETRY_MS);
    });
    source.addEventListener('update', (event: MessageEvent<string>) => {
      this.#apply(JSON.parse(event.data) as Update);
      this.changed();
    });
  }

  /** The curve of a run as far as it is here; the rest is loaded. */
  curve(row: Row): Series | undefined {
    let kept = this.#curves.get(row.id);
    if (!kept) {
      if (row.points === 0) return undefined;
      kept = { generation: -1, series: { epoch: [], trainLoss: [], valLoss: [], trainAccuracy: [], valAccuracy: [] }, loading: false };
      this.#curves.set(row.id, kept);
    }
    if ((kept.generation !== row.generation || kept.series.epoch.length !== row.points) && !kept.loading && this.#loads < LOADS) void this.#load(row, kept);
    return kept.series;
  }

  /** Forgets the curves of all but some runs. */
  keepCurves(ids: ReadonlySet<string>): void {
    for (const id of this.#curves.keys()) if (!ids.has(id)) this.#curves.delete(id);
  }

  /** What is known of a run, loaded again whenever its state changes. */
  details(row: Row): Details | undefined {
    const key = `${row.state} ${String(row.generation)}`;
    const kept = this.#details.get(row.id);
    if (kept?.key === key) return kept.details;
    const entry = { key, details: kept?.details };
    this.#details.clear();
    this.#details.set(row.id, entry);
    void ask<Details>(`details?run=${row.id}`).then((details) => {
      entry.details = details;
      this.changed();
    });
    return entry.details;
  }

  #setLink(link: Link): void {
    this.link = link;
    this.changed();
  }

  #apply({ reset, rows, removed, overview }: Update): void {
    if (reset) this.rows.clear();
    for (const row of rows) this.rows.set(row.id, row);
    for (const id of removed) this.rows.delete(id);
    if (overview) this.overview = overview;
  }

  async #load({ id }: Row, kept: KeptCurve): Promise<void> {
    kept.loading = true;
    this.#loads += 1;
    const { series } = kept;
    const curve = await ask<Curve>(`curve?run=${id}&generation=${String(kept.generation)}&from=${String(series.epoch.length)}`);
    this.#loads -= 1;
    kept.loading = false;
    if (!curve) return;
    for (const name of Object.keys(series) as (keyof Series)[]) {
      const values: Figure[] = series[name] as Figure[];
      // Those of a curve that became void go.
      values.splice(curve.from);
      for (const value of curve[name]) values.push(value);
    }
    kept.generation = curve.generation;
    this.changed();
  }
}

async function ask<Answer>(what: string): Promise<Answer | undefined> {
  try {
    const response = await fetch(what);
    return response.ok ? ((await response.json()) as Answer) : undefined;
  } catch {
    // The server is gone; its events say so too.
    return undefined;
  }
}
