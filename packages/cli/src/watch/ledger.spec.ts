import { check } from '@cuda-activations/tools/properties';
import * as fc from 'fast-check';
import type { Row } from '../page/protocol';
import { EVENT_ROWS, Ledger } from './ledger';

const row = (id: string, epoch = 0): Row => ({
  id, experiment: 'e', sweep: '', item: null, name: id, state: 'running', epoch, epochs: null, step: null, steps: null,
  trainLoss: null, valLoss: null, valAccuracy: null, testAccuracy: null, leftSeconds: null, left: '', changed: 0, points: 0, generation: 0,
});

/** What a page has. */
class Page {
  version = 0;
  readonly rows = new Map<string, Row>();
  pieces = 0;

  /** @param pieces it takes before it is cut off */
  follow(ledger: Ledger, pieces = Infinity): void {
    for (let i = 0; i < pieces; i++) {
      const step = ledger.since(this.version);
      if (!step) return;
      this.pieces += 1;
      this.version = step.version;
      if (step.update.reset) this.rows.clear();
      for (const each of step.update.rows) this.rows.set(each.id, each);
      for (const id of step.update.removed) this.rows.delete(id);
      expect(step.update.rows.length + step.update.removed.length).toBeLessThanOrEqual(EVENT_ROWS);
    }
  }
}

test('a page gets all, then what changed, then nothing', () => {
  const ledger = new Ledger();
  const page = new Page();
  ledger.put(row('a'));
  ledger.put(row('b'));
  page.follow(ledger);
  expect([...page.rows.keys()]).toEqual(['a', 'b']);
  expect(ledger.since(page.version)).toBeUndefined();
  ledger.put(row('a'));
  expect(ledger.since(page.version)).toBeUndefined();
  ledger.put(row('a', 1));
  ledger.remove('b');
  ledger.remove('none');
  expect(ledger.since(page.version)?.update).toEqual({ rows: [row('a', 1)], removed: ['b'] });
  expect(ledger.size).toBe(1);
});

test('a snapshot comes in pieces, and a page that was cut off between them goes on', () => {
  const ledger = new Ledger();
  for (let i = 0; i < 3 * EVENT_ROWS + 1; i++) ledger.put(row(String(i)));
  const page = new Page();
  page.follow(ledger, 2);
  expect(page.rows.size).toBe(2 * EVENT_ROWS);
  ledger.put(row('0', 5));
  ledger.remove('1');
  page.follow(ledger);
  expect(page.rows.size).toBe(3 * EVENT_ROWS);
  expect(page.rows.get('0')?.epoch).toBe(5);
});

test('a page that was away while more was removed than is remembered begins anew', () => {
  const ledger = new Ledger();
  const [page, near] = [new Page(), new Page()];
  ledger.put(row('stays'));
  page.follow(ledger);
  for (let i = 0; i < 10_001; i++) {
    ledger.put(row(`gone ${String(i)}`));
    if (i === 0) page.follow(ledger);
    ledger.remove(`gone ${String(i)}`);
  }
  near.follow(ledger);
  expect(page.rows.size).toBe(2);
  page.follow(ledger);
  expect([...page.rows.keys()]).toEqual(['stays']);
  expect([...near.rows.keys()]).toEqual(['stays']);
});

test('whatever happens and whenever pages look, they end with what is there', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), id: fc.nat(700), epoch: fc.nat(3) }),
    fc.record({ kind: fc.constant('many' as const), id: fc.nat(700), epoch: fc.nat(3) }),
    fc.record({ kind: fc.constant('remove' as const), id: fc.nat(700), epoch: fc.nat(3) }),
    fc.record({ kind: fc.constant('look' as const), id: fc.nat(1), epoch: fc.nat(3) }),
  );
  check(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const ledger = new Ledger();
    const pages = [new Page(), new Page()];
    const truth = new Map<string, Row>();
    for (const { kind, id, epoch } of steps) {
      if (kind === 'look') pages[id]?.follow(ledger, epoch);
      else if (kind === 'remove') {
        ledger.remove(String(id));
        truth.delete(String(id));
      } else {
        for (let i = id; i <= (kind === 'many' ? 700 : id); i++) {
          ledger.put(row(String(i), epoch));
          truth.set(String(i), row(String(i), epoch));
        }
      }
    }
    for (const page of pages) {
      page.follow(ledger);
      expect(new Map([...page.rows].sort())).toEqual(new Map([...truth].sort()));
    }
  }), { sample: 25 });
});
