import { distinct, provenance, type ReportSubject } from '../../classification/report/rows';
import { curveChart, type Point } from '../../report/charts';
import type { Figure } from '../../report/figures';
import type { Table } from '../../report/table';

/** Loss and gradient norms over the steps, means over seeds: the curves of the paper's figures 9 and 10. */
export function traceFigures(subject: ReportSubject): Figure[] {
  const points = tracePoints(subject);
  if (points.length === 0) return [];
  const window = String(subject.config['traceSteps']);
  const figure = (name: string, title: string, chosen: readonly Point[], axis: string, panel: string, logarithmic: boolean): Figure => ({
    name, title,
    specification: curveChart({ title, subtitle: provenance(subject), points: chosen, x: { field: 'step', title: 'step' }, y: { field: 'value', title: axis, logarithmic }, color: 'activation', panel, ownAxes: true, plain: true }),
  });
  return [
    figure('loss-steps', `Training loss, mean over ${window} steps`, points.filter(({ module }) => module === 'loss'), 'loss (nats)', 'optimizer', false),
    figure('gradients-steps', `Gradient norms, mean over ${window} steps: mean over a module's weights of their norms`, points.filter(({ module, value }) => module !== 'loss' && Number(value) > 0), 'L2 norm', 'module', true),
  ];
}

/** Every point of every curve, unrounded. */
export function traceTable({ rows }: ReportSubject): Table {
  return {
    header: ['run', 'activation', 'seed', 'step', 'quantity', 'value'],
    rows: rows.flatMap((row) =>
      row.metrics.flatMap(({ trace = [] }) =>
        trace.flatMap(({ step, loss, gradientNorms }) => Object.entries({ loss, ...gradientNorms }).map(([quantity, value]) => [row.runId, row.activation, String(row.seed), String(step), quantity, String(value)])),
      ),
    ),
  };
}

function tracePoints({ rows }: ReportSubject): Point[] {
  return distinct(rows.map(({ activation, optimizer }) => JSON.stringify([activation, optimizer]))).flatMap((key) => {
    const [activation, optimizer] = JSON.parse(key) as [string, string];
    const traces = rows.filter((row) => row.activation === activation && row.optimizer === optimizer).map(({ metrics }) => metrics.flatMap(({ trace = [] }) => trace));
    const [first = []] = traces;
    return first.flatMap(({ step, gradientNorms }, i): Point[] => {
      const mean = (of: (point: (typeof first)[number]) => number) => traces.reduce((sum, trace) => sum + (trace[i] ? of(trace[i]) : NaN), 0) / traces.length;
      const point = (module: string, value: number): Point => ({ activation, optimizer, step, module, value: Number.isFinite(value) ? value : null });
      return [point('loss', mean(({ loss }) => loss)), ...Object.keys(gradientNorms).map((module) => point(module, mean((other) => other.gradientNorms[module] ?? NaN)))];
    });
  });
}
