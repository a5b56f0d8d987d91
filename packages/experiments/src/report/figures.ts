import type { TopLevelSpec } from 'vega-lite';
import { provenance, type ReportSubject } from './rows';

/** A figure: its file name, its title, and what to draw. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly specification: TopLevelSpec;
}

/** Weights whose gradient norms the paper plots; a run may hold many more. */
const MAX_GRADIENT_PANELS = 6;

/** The figures of an experiment: curves by epoch, gradient norms, time of a step. */
export function figuresOf(subject: ReportSubject): readonly Figure[] {
  const subtitle = provenance(subject);
  const figures: Figure[] = [];
  const curve = (name: string, title: string, field: 'valLoss' | 'trainLoss' | 'valAccuracy', axis: string) => {
    const values = subject.rows.flatMap((row) => row.metrics.map((m) => ({ activation: row.activation, optimizer: row.optimizer, epoch: m.epoch, value: m[field] })));
    figures.push({ name, title, specification: lines(title, subtitle, values, axis, false) });
  };
  curve('train-loss', 'Training loss', 'trainLoss', 'loss (nats)');
  curve('val-loss', 'Validation loss', 'valLoss', 'loss (nats)');
  curve('val-accuracy', 'Validation accuracy', 'valAccuracy', 'accuracy (%)');
  for (const weight of plottedWeights(subject)) {
    const values = subject.rows.flatMap((row) =>
      row.metrics.map((m) => ({ activation: row.activation, optimizer: row.optimizer, epoch: m.epoch, value: m.gradientNorms?.[weight] ?? null })),
    );
    const title = `Gradient norm of ${weight}, last batch of each epoch`;
    figures.push({ name: `gradient-${weight.replace(/[^A-Za-z0-9]+/g, '-')}`, title, specification: lines(title, subtitle, values, 'L2 norm', true) });
  }
  const timings = [...new Map(subject.rows.flatMap(({ timing }) => (timing ? [[timing.activation, timing]] : []))).values()];
  if (timings.length > 0) {
    const values = timings.flatMap((timing) => [
      { activation: timing.activation, arm: 'fused', value: timing.fusedMs },
      { activation: timing.activation, arm: 'stock', value: timing.stockMs },
    ]);
    const title = 'Milliseconds of a training step (median)';
    figures.push({
      name: 'step-time',
      title,
      specification: {
        title: { text: title, subtitle },
        width: 420,
        height: 260,
        data: { values },
        mark: 'bar',
        encoding: {
          x: { field: 'activation', type: 'nominal', sort: null },
          xOffset: { field: 'arm' },
          y: { field: 'value', type: 'quantitative', title: 'ms' },
          color: { field: 'arm', type: 'nominal', title: 'activation kernel' },
        },
      },
    });
  }
  return figures;
}

function lines(title: string, subtitle: string, values: readonly Record<string, unknown>[], axis: string, logarithmic: boolean): TopLevelSpec {
  return {
    title: { text: title, subtitle },
    data: { values: [...values] },
    facet: { column: { field: 'optimizer', type: 'nominal', title: null } },
    spec: {
      width: 320,
      height: 240,
      mark: { type: 'line', point: true },
      encoding: {
        x: { field: 'epoch', type: 'quantitative', axis: { tickMinStep: 1, format: 'd' } },
        y: { field: 'value', type: 'quantitative', title: axis, scale: logarithmic ? { type: 'log' } : { zero: false } },
        color: { field: 'activation', type: 'nominal', sort: null },
      },
    },
    resolve: { scale: { y: 'independent' } },
  };
}

/** The first and the last weights, and evenly spaced ones between, of those that every run recorded. */
function plottedWeights({ rows }: ReportSubject): readonly string[] {
  const names = Object.keys(rows[0]?.metrics[0]?.gradientNorms ?? {});
  if (names.length <= MAX_GRADIENT_PANELS) return names;
  return Array.from({ length: MAX_GRADIENT_PANELS }, (_, i) => names[Math.round((i * (names.length - 1)) / (MAX_GRADIENT_PANELS - 1))] ?? '');
}

/** Draws a figure. @returns SVG text */
export async function drawSvg({ specification }: Figure): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const spec = compile(specification, { config: { background: 'white', font: 'DejaVu Sans, Helvetica, Arial, sans-serif' } }).spec;
  const view = new vega.View(vega.parse(spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** Rasterises a figure at twice its size. */
export async function drawPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  return new Resvg(svg, { fitTo: { mode: 'zoom', value: 2 }, font: { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans' } }).render().asPng();
}
