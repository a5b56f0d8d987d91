import type { Row } from './protocol';
import { share, sorted } from './table';
import { follow, matches, MAX_CURVES, readView, toggle, viewText } from './view';

const row = (values: Partial<Row> & Pick<Row, 'id'>): Row => ({
  experiment: 'cnn-mnist', sweep: '', item: null, name: values.id, state: 'done', epoch: 0, epochs: null, step: null, steps: null,
  trainLoss: null, valLoss: null, valAccuracy: null, testAccuracy: null, leftSeconds: null, left: '', changed: 0, points: 1, generation: 0, ...values,
});

test('a view outlives the address', () => {
  const ids = ['0123456789abcdef', 'fedcba9876543210'];
  const hash = viewText({ ...readView(''), filter: 'a b&c=#', log: true, follow: false, states: new Set(['running', 'failed']), sorting: { key: 'val', descending: true }, runs: new Map(ids.map((id, i) => [id, i])) });
  expect(readView(`#${hash}`)).toMatchObject({ filter: 'a b&c=#', log: true, follow: false, states: new Set(['running', 'failed']), sorting: { key: 'val', descending: true }, runs: new Map([[ids[0], 0], [ids[1], 1]]) });
  expect(viewText(readView(''))).toBe('');
});

test('an address of nonsense is a view', () => {
  const view = readView('#runs=<b>,../x,0123456789abcdef&states=all,running,<script>&sort=__proto__');
  expect([...view.runs.keys()]).toEqual(['0123456789abcdef']);
  expect([...view.states]).toEqual(['running']);
  expect(sorted([row({ id: 'b' }), row({ id: 'a' })], view.sorting).map(({ id }) => id)).toEqual(['a', 'b']);
});

test('a filter asks for every word, in any of the texts', () => {
  const one = row({ id: 'x', name: 'synthetic-GELU-adam', sweep: 'rates', item: 17, state: 'failed' });
  expect(matches(one, ['gelu', 'rates', '17', 'fail'], new Set())).toBe(true);
  expect(matches(one, ['gelu', 'relu-'], new Set())).toBe(false);
  expect(matches(one, [], new Set(['done']))).toBe(false);
});

test('rows are sorted either way, those without a value last', () => {
  const rows = [row({ id: 'a', valLoss: 2 }), row({ id: 'b' }), row({ id: 'c', valLoss: 1 }), row({ id: 'd', valLoss: 2 })];
  expect(sorted(rows, { key: 'val', descending: false }).map(({ id }) => id)).toEqual(['c', 'a', 'd', 'b']);
  expect(sorted(rows, { key: 'val', descending: true }).map(({ id }) => id)).toEqual(['a', 'd', 'c', 'b']);
  expect(sorted([row({ id: 'a', sweep: 's', item: 10 }), row({ id: 'b', sweep: 's', item: 9 })], { key: 'of', descending: false }).map(({ item }) => item)).toEqual([9, 10]);
});

test('curves come and go, the first of too many goes, and colours stay', () => {
  const runs = new Map<string, number>();
  for (let i = 0; i < MAX_CURVES; i++) toggle(runs, String(i));
  toggle(runs, '3');
  toggle(runs, 'new');
  expect(runs.get('new')).toBe(3);
  toggle(runs, 'more');
  expect([runs.has('0'), runs.get('more'), runs.size]).toEqual([false, 0, MAX_CURVES]);
});

test('runs that go on are followed, and where none does the latest', () => {
  const runs = new Map<string, number>();
  const rows = Array.from({ length: 9 }, (_, i) => row({ id: String(i), changed: i }));
  follow(runs, rows);
  expect([...runs.keys()]).toEqual(['8', '7', '6', '5', '4', '3']);
  follow(runs, [...rows, row({ id: 'going', state: 'running', points: 0 })]);
  expect([...runs.keys()]).toEqual(['going']);
  follow(runs, []);
  expect(runs.size).toBe(0);
});

test.each([
  [{ state: 'done' as const }, 1],
  [{ state: 'running' as const, step: 25, steps: 100, epoch: 1, epochs: 2 }, 0.25],
  [{ state: 'running' as const, epoch: 1, epochs: 2 }, 0.5],
  [{ state: 'running' as const, step: 5, steps: 0 }, 0],
  [{ state: 'running' as const, epoch: 1e300, epochs: 2 }, 0],
  [{ state: 'waiting' as const }, 0],
])('of %j a part of %p is done', (values, part) => { expect(share(row({ id: 'a', ...values }))).toBe(part); });
