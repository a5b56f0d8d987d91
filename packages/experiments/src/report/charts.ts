import type { TopLevelSpec } from 'vega-lite';

/** One point of a curve. Further fields name its series and panel. */
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
  /** The series that lies wide and pale under the others, which may cover it. */
  readonly under?: string;
  /** The field of the panels, which come in the order of the points. */
  readonly panel: string;
  readonly columns?: number;
  /** Whether panels have y axes of their own. Default false. */
  readonly ownAxes?: boolean;
  /** Lines without points, over an x that is not counted. Default false. */
  readonly plain?: boolean;
}

const PANEL = { width: 240, height: 180 };

/** Characters of a line over a figure, which would otherwise be as wide as what it says. */
const LINE = 90;

/** A title over a figure; a long subtitle in lines that break behind a semicolon. */
function titled(text: string, subtitle: string): { readonly text: string; readonly subtitle: string[] } {
  const lines = subtitle.split(/(?<=;) /).reduce<string[]>((done, part) => {
    const line = done.at(-1);
    return line !== undefined && line.length + 1 + part.length <= LINE ? [...done.slice(0, -1), `${line} ${part}`] : [...done, part];
  }, []);
  return { text, subtitle: lines };
}

/** Of the usual ten colours the eleventh series would get the first again. */
const colours = (series: number) => (series > 10 ? { scale: { scheme: 'tableau20' as const } } : {});

/** Lines over a whole-numbered x (or any, see `plain`), in panels. */
export function curveChart({ title, subtitle, points, x, y, color, under, panel, columns = 3, ownAxes = false, plain = false }: CurveChart): TopLevelSpec {
  const series = [...new Set(points.map((point) => String(point[color])))];
  const beneath = (value: number, others: number) => ({
    field: color, type: 'nominal' as const, sort: series, legend: null, scale: { domain: series, range: series.map((name) => (name === under ? value : others)) },
  });
  return {
    title: titled(title, subtitle),
    data: { values: [...points] },
    facet: facetOf(panel, points.map((point) => String(point[panel]))),
    columns,
    spec: {
      ...PANEL,
      // A run of one epoch is a point.
      mark: { type: 'line', ...(!plain && { point: { size: 12 } }), strokeWidth: 1.5 },
      encoding: {
        x: { field: x.field, type: 'quantitative', title: x.title, ...(!plain && { axis: { tickMinStep: 1, format: 'd' }, scale: { zero: false, nice: false } }) },
        y: { field: y.field, type: 'quantitative', title: y.title, scale: y.logarithmic ? { type: 'log', nice: false } : { zero: false } },
        color: { field: color, type: 'nominal', sort: null, title: color, ...colours(series.length) },
        ...(under !== undefined && { strokeWidth: beneath(6, 1.5), opacity: beneath(0.4, 1) }),
      },
    },
    // Panels of the last row alone would leave an axis under an empty place.
    resolve: { axis: { x: 'independent' }, ...(ownAxes && { scale: { y: 'independent' as const } }) },
  };
}

/** Panels in the order in which their names appear: left to itself the library sorts them by name. */
function facetOf(field: string, names: readonly string[]) {
  return { field, type: 'nominal' as const, title: null, sort: [...new Set(names)] };
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
    title: titled(title, subtitle),
    data: { values: [...rows] },
    facet: facetOf('panel', rows.map((row) => row.panel)),
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

/** A value of one of several kinds, one line for each label. */
export interface DotRow {
  readonly label: string;
  readonly panel: string;
  readonly kind: string;
  readonly value: number;
}

/** Values of several kinds, told apart by colour and shape, in panels with axes of their own; later `kinds` lie on top. */
export function dotChart(title: string, subtitle: string, kinds: readonly string[], rows: readonly DotRow[]): TopLevelSpec {
  return {
    title: titled(title, subtitle),
    data: { values: [...rows] },
    facet: facetOf('panel', rows.map((row) => row.panel)),
    columns: 2,
    spec: {
      width: 320,
      height: { step: 24 },
      layer: kinds.map((kind) => ({
        transform: [{ filter: { field: 'kind', equal: kind } }],
        mark: { type: 'point' as const, filled: true, size: 70, opacity: 0.8 },
        encoding: {
          x: { field: 'value', type: 'quantitative' as const, title: null, scale: { zero: false } },
          y: { field: 'label', type: 'nominal' as const, sort: [...new Set(rows.map(({ label }) => label))], title: null },
          color: { field: 'kind', type: 'nominal' as const, title: null, scale: { domain: [...kinds] } },
          shape: { field: 'kind', type: 'nominal' as const, title: null, scale: { domain: [...kinds] } },
        },
      })),
    },
    resolve: { scale: { x: 'independent' } },
  };
}
