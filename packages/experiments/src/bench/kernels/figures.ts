import type { Figure } from '../../report/figures';
import { showSize, type Direction } from './options';
import type { ArmName, BenchRow } from './rows';

const TITLES: Readonly<Record<Direction, string>> = { forward: 'Forward pass', backward: 'Gradient alone', both: 'Forward pass and gradient' };
/** Arms in the order of a legend. */
const SHOWN: readonly ArmName[] = ['fused', 'fused-arrays', 'stock', 'repaired', 'torch', 'tensorflow'];

/** Nanoseconds of an element at the largest size, and by size for the ops that were measured at several. */
export function benchFigures(rows: readonly BenchRow[], subtitle: string): readonly Figure[] {
  const threads = Math.min(...rows.map((row) => row.threads));
  const dtype = rows[0]?.dtype;
  const shown = rows.filter((row) => row.threads === threads && row.dtype === dtype && SHOWN.includes(row.arm));
  const largest = Math.max(...shown.map(({ size }) => size));
  const directions = (['forward', 'backward', 'both'] as const).filter((direction) => shown.some((row) => row.direction === direction));
  const figures = directions.map((direction): Figure => {
    const title = `${TITLES[direction]} at ${showSize(largest)} elements, ${threads} thread${threads === 1 ? '' : 's'}`;
    return {
      name: `speed-${direction}`,
      title,
      specification: {
        title: { text: title, subtitle },
        width: { step: 34 },
        height: 300,
        data: { values: shown.filter((row) => row.direction === direction && row.size === largest).map(({ op, arm, nsPerElement }) => ({ op, arm, nsPerElement })) },
        mark: { type: 'point', filled: true, size: 60 },
        encoding: {
          x: { field: 'op', type: 'nominal', sort: null, axis: { labelAngle: -60, title: null } },
          y: { field: 'nsPerElement', type: 'quantitative', scale: { type: 'log' }, title: 'ns per element' },
          color: { field: 'arm', type: 'nominal', sort: [...SHOWN] },
          shape: { field: 'arm', type: 'nominal', sort: [...SHOWN] },
        },
      },
    };
  });
  return new Set(shown.map(({ size }) => size)).size > 1 ? [...figures, ...bySize(shown, subtitle)] : figures;
}

/** Ops of the figure by size: as many as a page shows. */
const PANELS = ['relu', 'gelu', 'silu', 'mish', 'tanh', 'apl', 'swiglu', 'bias_gelu'];

function bySize(rows: readonly BenchRow[], subtitle: string): readonly Figure[] {
  const values = rows.filter(({ op, direction }) => direction !== 'backward' && PANELS.includes(op)).map(({ op, arm, size, direction, nsPerElement }) => ({ op, arm, size, direction, nsPerElement }));
  if (values.length === 0) return [];
  const title = 'Cost of an element by size of the tensor';
  return [{
    name: 'speed-by-size',
    title,
    specification: {
      title: { text: title, subtitle },
      data: { values },
      facet: { row: { field: 'op', type: 'nominal', title: null }, column: { field: 'direction', type: 'nominal', title: null } },
      spec: {
        width: 320,
        height: 160,
        mark: { type: 'line', point: true },
        encoding: {
          x: { field: 'size', type: 'quantitative', scale: { type: 'log', base: 2 }, title: 'elements' },
          y: { field: 'nsPerElement', type: 'quantitative', scale: { type: 'log' }, title: 'ns per element' },
          color: { field: 'arm', type: 'nominal', sort: [...SHOWN] },
        },
      },
    },
  }];
}
