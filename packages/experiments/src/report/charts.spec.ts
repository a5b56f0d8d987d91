import { curveChart } from './charts';
import { drawSvg } from './figures';

const chart = (series: number, subtitle = 'short') =>
  curveChart({
    title: 'title', subtitle, points: Array.from({ length: series }, (_, i) => ({ name: `series ${i}`, x: 1, y: i, panel: 'one' })),
    x: { field: 'x', title: 'x' }, y: { field: 'y', title: 'y' }, color: 'name', panel: 'panel',
  }) as { title: { subtitle: string[] }; spec: { encoding: { color: { scale?: { scheme: string } } } } };

test('a long subtitle breaks behind semicolons, so that it does not make the figure wide', () => {
  const parts = Array.from({ length: 6 }, (_, i) => `part ${i} of ${'x'.repeat(30)}`);
  const { subtitle } = chart(1, parts.join('; ')).title;
  expect(subtitle.map((line) => line.split('; ').length)).toEqual([2, 2, 2]);
  expect(subtitle.join(' ')).toBe(parts.join('; '));
  expect(chart(1).title.subtitle).toEqual(['short']);
});

test('more than ten series have more than ten colours', () => {
  expect(chart(10).spec.encoding.color.scale).toBeUndefined();
  expect(chart(11).spec.encoding.color.scale).toEqual({ scheme: 'tableau20' });
});

test('drawing says nothing on the terminal', async () => {
  const said = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    const points = ['theirs', 'ours'].flatMap((run) => [1, 2].map((epoch) => ({ run, epoch, loss: 1 / epoch, panel: 'one' })));
    const specification = curveChart({ title: 'title', subtitle: 'short', points, x: { field: 'epoch', title: 'epoch' }, y: { field: 'loss', title: 'loss' }, color: 'run', under: 'theirs', panel: 'panel' });
    expect(await drawSvg({ name: 'figure', title: 'title', specification })).toMatch(/^<svg/);
    expect(said.mock.calls).toEqual([]);
  } finally {
    said.mockRestore();
  }
});
