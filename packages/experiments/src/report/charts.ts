import type { TopLevelSpec } from 'vega-lite';

/** One point of a curve. Further fields name its series, panel and dash. */
export type Point = Readonly<Record<string, string | number | null>>;

/** Curves side by side. */
export interface CurveChart {
  readonly title: string;
  /** What the numbers are of. */
  readonly subtitle: string;
  readonly points: readonly Point[];
  readonly x: { readonly field: string; readonly title: string };
  readonly y: { readonly field: string; readonly title: string; readonly logarithmic?: boolean };
  /** The field that tells the colours apart. */
  readonly color: string;
  /** The field that tells solid from dashed. */
  readonly dash?: string;
  /** The field of the panels. */
  readonly panel: string;
  readonly columns?: number;
  /** Whether panels have y axes of their own. Default false. */
  readonly ownAxes?: boolean;
  /** Lines without points, over an x that is not counted. Default false. */
  readonly plain?: boolean;
}

const PANEL = { width: 240, height: 180 };

/** Lines over a whole-numbered x (or any, see `plain`), in panels. */
export function curveChart({ title, subtitle, points, x, y, color, dash, panel, columns = 3, ownAxes = false, plain = false }: CurveChart): TopLevelSpec {
  return {
    title: { text: title, subtitle },
    data: { values: [...points] },
    facet: { field: panel, type: 'nominal', title: null, sort: null as unknown as 'ascending' },
    columns,
    spec: {
      ...PANEL,
      // A run of one epoch is a point.
      mark: { type: 'line', ...(!plain && { point: { size: 12 } }), strokeWidth: 1.5 },
      encoding: {
        x: { field: x.field, type: 'quantitative', title: x.title, ...(!plain && { axis: { tickMinStep: 1, format: 'd' } }) },
        y: { field: y.field, type: 'quantitative', title: y.title, scale: y.logarithmic ? { type: 'log', nice: false } : { zero: false } },
        color: { field: color, type: 'nominal', sort: null, title: color },
        ...(dash !== undefined && { strokeDash: { field: dash, type: 'nominal', sort: null, title: dash } }),
      },
    },
    // Panels of the last row alone would leave an axis under an empty place.
    resolve: { axis: { x: 'independent' }, ...(ownAxes && { scale: { y: 'independent' as const } }) },
  };
}

/** A value with its interval, one a line. */
export interface IntervalRow {
  readonly label: string;
  readonly panel: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Values with intervals, in panels; `zero` draws the line that an interval must not cross. */
export function intervalChart(title: string, subtitle: string, axis: string, rows: readonly IntervalRow[], zero: boolean): TopLevelSpec {
  return {
    title: { text: title, subtitle },
    data: { values: [...rows] },
    facet: { field: 'panel', type: 'nominal', title: null, sort: null as unknown as 'ascending' },
    columns: 2,
    spec: {
      width: 320,
      height: { step: 20 },
      layer: [
        ...(zero ? [{ mark: { type: 'rule' as const, color: '#888', strokeDash: [4, 4] }, encoding: { x: { datum: 0 } } }] : []),
        { mark: { type: 'rule' as const, strokeWidth: 2 }, encoding: { x: { field: 'low', type: 'quantitative' as const, title: axis, scale: { zero } }, x2: { field: 'high' }, y: { field: 'label', type: 'nominal' as const, sort: null, title: null } } },
        { mark: { type: 'point' as const, filled: true, size: 50 }, encoding: { x: { field: 'value', type: 'quantitative' as const }, y: { field: 'label', type: 'nominal' as const, sort: null } } },
      ],
    },
    resolve: { scale: { x: 'independent' } },
  };
}
