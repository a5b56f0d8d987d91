import { aplCurve, type AplShapes } from 'cuda-activations';
import { provenance } from '../classification/report/rows';
import { AUTHORS_SHAPES } from '../reference/authors_apl';
import { curveChart, type Point } from '../report/charts';
import type { Figure } from '../report/figures';
import { fixed } from '../report/numbers';
import type { Content } from '../report/pages';
import type { Table } from '../report/table';
import type { AplReport, RunShapes } from './report_subject';
import { chart, heading, paragraph } from './sections';
import { populationOf, QUANTILES } from './shape_statistics';
import { slopeHistogram } from './slope_histogram';

/** Units that are drawn, evenly over a site's; the first is the one that figure 14 draws. */
const DRAWN = 4;
/** Epochs that figure 14 draws; the last of a shorter run is drawn too. */
const DRAWN_EPOCHS = [0, 1, 3, 5, 10];
const FROM = -2;
const TO = 2;
const STEPS = 80;

const sitesOf = ({ epochs }: RunShapes): string[] => Object.keys(epochs[0]?.sites ?? {});

/** What the units of every site have learned, by epoch, the authors' beside ours where they may be compared. */
export function populationTable({ shapes, comparable }: AplReport): Table {
  return {
    header: [
      'activation', 'site', 'seed', 'epoch', 'units', 'V-shaped', 'slope on the left', '± sd', 'sd of a', 'sd of b', ...QUANTILES.map((share) => `b at ${100 * share} %`),
      ...(comparable === 'no' ? [] : ['authors: V-shaped', 'slope on the left', '± sd', 'sd of a', 'sd of b']),
    ],
    rows: shapes.flatMap((run) =>
      sitesOf(run).flatMap((site) =>
        run.epochs.flatMap(({ epoch, sites }) => {
          const at = sites[site];
          if (!at) return [];
          const { units, vShare, meanLeftSlope, leftSlopeDeviation, aDeviation, bDeviation, hingeQuantiles } = populationOf(at);
          const theirs = at.segments === 5 ? AUTHORS_SHAPES[site] : undefined;
          const authors = theirs && [theirs.vShare, theirs.meanLeftSlope, theirs.leftSlopeDeviation, theirs.aDeviation, theirs.bDeviation].map((values) => values[epoch]);
          return [[
            run.row.activation, site, String(run.row.seed), String(epoch), String(units),
            ...[vShare, meanLeftSlope, leftSlopeDeviation, aDeviation, bDeviation, ...hingeQuantiles].map((value) => fixed(value, 3)),
            ...(comparable === 'no' ? [] : (authors ?? new Array<undefined>(5).fill(undefined)).map((value) => fixed(value, 3))),
          ]];
        }),
      ),
    ),
  };
}

/** Table of every hinge of the first and the last recorded epoch, for tools that plot them. */
export function hingeTable({ shapes }: AplReport): Table {
  return {
    header: ['run', 'site', 'epoch', 'unit', 'hinge', 'a', 'b'],
    rows: shapes.flatMap((run) =>
      [...new Set([run.epochs[0], run.epochs.at(-1)])].flatMap((recorded) =>
        Object.entries(recorded?.sites ?? {}).flatMap(([site, { a, b, units }]) =>
          Array.from(a, (value, i) => [run.row.runId, site, String(recorded?.epoch), String(i % units), String(Math.floor(i / units)), value.toPrecision(6), (b[i] ?? NaN).toPrecision(6)]),
        ),
      ),
    ),
  };
}

/** Functions of some units of each site over the epochs, as figure 14. */
function shapeFigures(report: AplReport, run: RunShapes): Figure[] {
  const last = run.epochs.at(-1)?.epoch ?? 0;
  const drawn = run.epochs.filter(({ epoch }) => DRAWN_EPOCHS.includes(epoch) || epoch === last);
  const x = Float32Array.from({ length: STEPS + 1 }, (_, i) => FROM + ((TO - FROM) * i) / STEPS);
  return sitesOf(run).map((site) => {
    const points = drawn.flatMap(({ epoch, sites }) => {
      const shapes = sites[site];
      return shapes ? sampleOf(shapes).flatMap((unit) => Array.from(aplCurve(shapes, unit, x), (y, i): Point => ({ panel: `unit ${unit}`, epoch: `epoch ${epoch}`, x: x[i] ?? NaN, y }))) : [];
    });
    const title = `Learned functions of ${site}, ${run.row.activation}, seed ${run.row.seed}`;
    const specification = curveChart({ title, subtitle: provenance(report.subject), points, x: { field: 'x', title: 'x' }, y: { field: 'y', title: 'h(x)' }, color: 'epoch', panel: 'panel', columns: 4, plain: true });
    return { name: `shapes-${nameOf(run)}-${site}`, title, specification };
  });
}

function sampleOf({ units }: AplShapes): number[] {
  const count = Math.min(DRAWN, units);
  return Array.from({ length: count }, (_, i) => Math.floor((i * units) / count));
}

const nameOf = ({ row }: RunShapes): string => `${row.activation.replace(/[^a-z0-9]+/g, '-')}-seed${row.seed}`;

/** The population by epoch: share of V-shaped units and mean slope on the left, the authors' wide and pale beneath. */
function populationFigures(report: AplReport): Figure[] {
  return ([['vShare', 'Share of V-shaped units', 'share'], ['meanLeftSlope', 'Mean slope on the left', 'slope']] as const).map(([field, title, axis]) => {
    const ours = report.shapes.flatMap((run) =>
      sitesOf(run).flatMap((site) => run.epochs.flatMap(({ epoch, sites }): Point[] => (sites[site] ? [{ site, run: `${run.row.activation}, seed ${run.row.seed}`, epoch, value: populationOf(sites[site])[field] }] : []))),
    );
    const theirs = report.comparable === 'no' ? [] : Object.entries(AUTHORS_SHAPES).flatMap(([site, shapes]) => shapes[field].map((value, epoch): Point => ({ site, run: 'authors', epoch, value })));
    return {
      name: `population-${field}`, title,
      specification: curveChart({ title, subtitle: provenance(report.subject), points: [...theirs, ...ours], x: { field: 'epoch', title: 'epoch' }, y: { field: 'value', title: axis }, color: 'run', under: 'authors', panel: 'site' }),
    };
  });
}

/**
 * What APL has learned: the population, and the functions of some units.
 * @param drawn whether functions of units are drawn, or the population alone
 */
export function shapesSections(report: AplReport, drawn: boolean): Content[] {
  const [first] = report.shapes;
  if (!first) return [];
  const figures = drawn ? [...shapeFigures(report, first), slopeHistogram(report, first)] : [];
  return [
    heading('Learned shapes'),
    paragraph(
      'The slope on the left is -(a1 + ... + aS), that below all hinges; a unit is V-shaped where it is below 0. The authors draw the first unit of each site and conclude that shapes keep their character; ' +
        'one unit is an anecdote, the table is the whole population.',
    ),
    ...populationFigures(report).map(chart),
    ...figures.map(chart),
    { kind: 'table', ...populationTable(report) },
  ];
}
