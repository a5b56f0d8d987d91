import { Chart, type Drawn } from './chart.js';
import { element, part, setText } from './element.js';
import type { Row, State, SweepSummary } from './protocol.js';
import { Store } from './store.js';
import { sorted, Table } from './table.js';
import { figure, percent, visible, whole } from './text.js';
import { follow, matches, readView, STATES, toggle, viewText } from './view.js';

/** Times that pass without an event are written anew so often. */
const CLOCK_MS = 5000;
/** What the server says is drawn at most this often; what the user does at once. */
const DRAW_MS = 200;

const view = readView(location.hash);
const store = new Store(() => { renderLater(); });
let cursor: number | undefined;
let planned = false;
let drawn = 0;
let later: ReturnType<typeof setTimeout> | undefined;

const grid = new Table(part('grid', HTMLElement), {
  picked: (id) => {
    view.follow = false;
    toggle(view.runs, id);
    changed();
  },
  activated: (id) => {
    view.active = id;
    changed();
  },
  sorted: (key) => {
    view.sorting = { key, descending: view.sorting.key === key && !view.sorting.descending };
    changed();
  },
});
const moved = (epoch: number | undefined) => {
  if (epoch === cursor) return;
  cursor = epoch;
  renderSoon();
};
const charts = {
  loss: new Chart(part('loss', HTMLElement), 'Loss', 'valLoss', 'trainLoss', moved, () => { renderSoon(); }),
  accuracy: new Chart(part('accuracy', HTMLElement), 'Accuracy', 'valAccuracy', 'trainAccuracy', moved, () => { renderSoon(); }),
};
const filter = part('filter', HTMLInputElement);
const log = part('logarithmic', HTMLInputElement);
const followButton = part('follow', HTMLButtonElement);
const stateButtons = new Map(STATES.map((state) => [state, stateButton(state)]));

function stateButton(state: State) {
  const [button, count] = [element('button', 'dot'), element('b')];
  button.type = 'button';
  button.dataset['state'] = state;
  button.append(`${state} `, count);
  button.addEventListener('click', () => {
    if (!view.states.delete(state)) view.states.add(state);
    changed();
  });
  part('states', HTMLElement).append(button);
  return { button, count };
}

/** The user chose something else to see. */
function changed(): void {
  const hash = `#${viewText(view)}`;
  // Browsers allow this only so often.
  if (hash !== (location.hash || '#')) history.replaceState(null, '', hash);
  renderSoon();
}

/** Draws what came from the server. A page that nobody sees keeps its title alone. */
function renderLater(): void {
  later ??= setTimeout(() => {
    later = undefined;
    if (document.hidden) setTitle();
    renderSoon();
  }, Math.max(0, drawn + DRAW_MS - performance.now()));
}

/** Draws once for all that comes before the next frame. */
function renderSoon(): void {
  if (planned) return;
  planned = true;
  requestAnimationFrame(() => {
    planned = false;
    drawn = performance.now();
    render();
  });
}

function render(): void {
  const rows = [...store.rows.values()];
  const counts = new Map<State, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  for (const [state, { button, count }] of stateButtons) {
    setText(count, whole(counts.get(state) ?? 0));
    button.setAttribute('aria-pressed', String(view.states.has(state)));
  }
  if (view.follow) follow(view.runs, rows);
  for (const id of view.runs.keys()) if (!view.follow && rows.length > 0 && !store.rows.has(id)) view.runs.delete(id);
  const words = view.filter.toLowerCase().split(/\s+/).filter((word) => word !== '');
  const shown = sorted(rows.filter((row) => matches(row, words, view.states)), view.sorting);
  grid.show(shown, view.runs, view.active, view.sorting, emptyText(rows.length));
  const { folders, sweeps, hidden } = store.overview;
  setText(part('note', HTMLElement), hidden > 0 ? `${whole(hidden)} more waiting items and runs are not listed` : '');
  setText(part('folders', HTMLElement), folders.map(({ path }) => visible(path)).join(', '));
  const link = part('link', HTMLElement);
  link.dataset['link'] = store.link;
  setText(link, { connecting: 'connecting', live: 'live', lost: 'no connection' }[store.link]);
  renderSweeps(sweeps);
  renderCurves();
  renderDetails();
  setTitle();
}

function setTitle(): void {
  const all = [...store.rows.values()];
  const of = (state: State) => all.filter((row) => row.state === state).length;
  const [running, done, failed] = [of('running'), of('done'), of('failed')];
  document.title = `${running > 0 ? `▶ ${whole(running)} · ` : ''}${whole(done)}/${whole(all.length)}${failed > 0 ? ` · ${whole(failed)} failed` : ''} · activations`;
}

function emptyText(rows: number): string {
  if (rows > 0) return 'No run has this state and these words.';
  const missing = store.overview.folders.filter((folder) => folder.missing);
  if (missing.length > 0) return `${missing.map(({ path }) => visible(path)).join(', ')}\nis not there yet; runs appear here as soon as it is.`;
  return store.link === 'live' ? 'No runs yet; they appear here as they start.' : '';
}

function renderSweeps(sweeps: readonly SweepSummary[]): void {
  const host = part('sweeps', HTMLElement);
  host.hidden = sweeps.length === 0;
  const text = JSON.stringify(sweeps);
  if (host.dataset['shown'] === text) return;
  host.dataset['shown'] = text;
  host.replaceChildren(...sweeps.map((sweep) => {
    const { name, experiment, items, done, failed, running, waiting, cancelled, left, problem } = sweep;
    const button = element('button', 'sweep');
    button.type = 'button';
    button.title = 'Show its items alone';
    button.addEventListener('click', () => {
      filter.value = view.filter = view.filter === name ? '' : name;
      changed();
    });
    const [head, bar] = [element('div', 'head'), element('div', 'share')];
    head.append(element('b', '', visible(name)), element('span', '', `${whole(done)}/${whole(items)}${left === '' ? '' : ` · ${left} left`}`));
    for (const [kind, count] of [['done', done], ['failed', failed], ['running', running]] as const) {
      const piece = element('i', kind);
      piece.style.width = `${String(items > 0 ? (100 * count) / items : 0)}%`;
      bar.append(piece);
    }
    button.append(head, bar, problem === '' ? element('p', '', `${visible(experiment)} · ${whole(running)} running · ${whole(waiting)} waiting${failed > 0 ? ` · ${whole(failed)} failed` : ''}${cancelled ? ' · cancelled' : ''}`) : element('p', 'problem', visible(problem)));
    return button;
  }));
}

function chosen(): { readonly row: Row; readonly drawn: Drawn }[] {
  return [...view.runs].flatMap(([id, colour]) => {
    const row = store.rows.get(id);
    if (!row) return [];
    return [{ row, drawn: { colour, series: store.curve(row) ?? { epoch: [], trainLoss: [], valLoss: [], trainAccuracy: [], valAccuracy: [] } } }];
  });
}

function renderCurves(): void {
  const runs = chosen();
  store.keepCurves(new Set(view.runs.keys()));
  log.checked = view.log;
  followButton.setAttribute('aria-pressed', String(view.follow));
  charts.loss.draw(runs.map(({ drawn }) => drawn), view.log, cursor);
  charts.accuracy.draw(runs.map(({ drawn }) => drawn), false, cursor);
  setText(part('at', HTMLElement), cursor === undefined ? 'Curves' : `Epoch ${whole(cursor)}`);
  const table = element('table');
  const heads = element('tr');
  for (const head of ['Run', 'loss', 'val loss', 'train %', 'val %']) heads.append(element('th', '', head));
  table.append(heads);
  for (const { row, drawn: { colour, series } } of runs) {
    const line = element('tr');
    const name = element('td');
    name.title = visible(row.name);
    name.append(element('span', `swatch f${String(colour)}`), element('bdi', '', visible(row.name)));
    const at = cursor === undefined ? series.epoch.length - 1 : series.epoch.indexOf(cursor);
    line.append(name, ...[figure(series.trainLoss[at] ?? null), figure(series.valLoss[at] ?? null), percent(series.trainAccuracy[at] ?? null), percent(series.valAccuracy[at] ?? null)].map((text) => element('td', '', text)));
    table.append(line);
  }
  part('legend', HTMLElement).replaceChildren(...(runs.length > 0 ? [table] : []));
}

function renderDetails(): void {
  const host = part('details', HTMLElement);
  const row = store.rows.get(view.active);
  const details = row && store.details(row);
  const text = row && details ? JSON.stringify([row.name, row.state, details]) : '';
  // What somebody has selected stays selected.
  if (host.dataset['shown'] === text) return;
  host.dataset['shown'] = text;
  if (!row || !details) {
    host.replaceChildren();
    return;
  }
  const list = (title: string, values: readonly (readonly [string, string])[]) => {
    if (values.length === 0) return [];
    const made = element('dl');
    made.setAttribute('aria-label', title);
    for (const [name, value] of values) made.append(element('dt', '', visible(name)), element('dd', '', visible(value)));
    return [element('h2', '', title), made];
  };
  const failure = details.failure ? [element('h2', '', `Failed: ${visible(details.failure.end)}`), element('pre', '', details.failure.lines.map(visible).join('\n'))] : [];
  host.replaceChildren(element('h2', '', visible(row.name)), element('p', 'path', visible(details.path)), ...failure, ...list('Result', details.result), ...list('Configuration', details.config));
}

filter.value = view.filter;
filter.addEventListener('input', () => {
  view.filter = filter.value;
  changed();
});
log.addEventListener('change', () => {
  view.log = log.checked;
  changed();
});
followButton.addEventListener('click', () => {
  view.follow = !view.follow;
  changed();
});
part('clear', HTMLButtonElement).addEventListener('click', () => {
  view.follow = false;
  view.runs.clear();
  changed();
});
for (const id of ['loss', 'accuracy']) {
  part(id, HTMLElement).addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const epochs = [...new Set(chosen().flatMap(({ drawn }) => drawn.series.epoch))].sort((a, b) => a - b);
    if (step === undefined || epochs.length === 0) return;
    const at = cursor === undefined ? epochs.length - 1 : epochs.indexOf(cursor) + step;
    moved(epochs[Math.min(epochs.length - 1, Math.max(0, at))]);
    event.preventDefault();
  });
}
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== filter) {
    filter.focus();
    event.preventDefault();
  } else if (event.key === 'Escape' && document.activeElement === filter) part('grid', HTMLElement).focus();
});
window.addEventListener('hashchange', () => { location.reload(); });
setInterval(() => { renderSoon(); }, CLOCK_MS);
store.connect();
render();
