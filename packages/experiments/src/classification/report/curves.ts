import { authorsRun, type AuthorsEpoch } from '../../reference/authors';
import { curveChart, type Point } from '../../report/charts';
import type { Figure } from '../../report/figures';
import { distinct, optimizersOf, provenance, unmoved, type ReportSubject } from './rows';

const CURVES = [
  { name: 'train-loss', title: 'Training loss', field: 'trainLoss', axis: 'loss (nats)' },
  { name: 'val-loss', title: 'Validation loss', field: 'valLoss', axis: 'loss (nats)' },
  { name: 'val-accuracy', title: 'Validation accuracy', field: 'valAccuracy', axis: 'accuracy (%)' },
] as const;

/** Losses and accuracy by epoch, the mean over seeds. */
export function curveFigures(subject: ReportSubject): Figure[] {
  return CURVES.map(({ name, title, field, axis }) => ({
    name,
    title,
    specification: curveChart({
      title, subtitle: subtitleOf(subject), points: meanPoints(subject, (metrics) => metrics[field]),
      x: { field: 'epoch', title: 'epoch' }, y: { field: 'value', title: axis }, color: 'activation', panel: 'optimizer', columns: 2, ownAxes: true,
    }),
  }));
}

/** Our curves over the authors', a panel for each activation. */
export function overlayFigures(subject: ReportSubject): Figure[] {
  return optimizersOf(subject).flatMap((optimizer) =>
    CURVES.map(({ name, title, field, axis }) => {
      const ours = unmoved(subject).filter((row) => row.optimizer === optimizer);
      const points = ours.flatMap(({ activation, metrics }): Point[] => {
        const theirs: readonly AuthorsEpoch[] = authorsRun(subject.experiment, optimizer, activation)?.epochs ?? [];
        const of = (run: string, epochs: readonly Readonly<Record<typeof field | 'epoch', number>>[]) => epochs.map((epoch) => ({ activation, run, epoch: epoch.epoch, value: epoch[field] }));
        return [...of('authors', theirs), ...of('ours', metrics)];
      });
      const full = `${title}, ${optimizer}: ours over the authors'`;
      return {
        name: `${name}-${optimizer}-authors`,
        title: full,
        specification: curveChart({ title: full, subtitle: provenance(subject), points, x: { field: 'epoch', title: 'epoch' }, y: { field: 'value', title: axis }, color: 'run', under: 'authors', panel: 'activation', ownAxes: true }),
      };
    }),
  );
}

/** The weights whose gradient norms the paper plots, in the order of its panels, by network. */
const PLOTTED = [
  { figures: 'figures 1 to 4', weights: ['conv1.weight', 'conv2.weight', 'fc1.weight', 'fc2.weight', 'fc3.weight'] },
  { figures: 'figures 5 to 8', weights: ['conv1.weight', 'bn1.weight', 'layer4.0.conv1.weight', 'layer4.0.bn1.weight', 'fc.weight'] },
] as const;

/** Gradient norms by epoch, a panel for each of the paper's weights, one figure an optimiser. */
export function gradientFigures(subject: ReportSubject): Figure[] {
  const recorded = new Set(Object.keys(subject.rows[0]?.metrics[0]?.gradientNorms ?? {}));
  const plotted = PLOTTED.find(({ weights }) => weights.every((name) => recorded.has(name)));
  if (!plotted) return [];
  const mean = subject.config['gradientNorms'] === 'mean';
  return optimizersOf(subject).map((optimizer) => {
    const points = plotted.weights.flatMap((weight) =>
      meanPoints({ ...subject, rows: subject.rows.filter((row) => row.optimizer === optimizer) }, (metrics) => metrics.gradientNorms?.[weight] ?? null).map((point): Point => ({ ...point, weight })),
    );
    const title = `Gradient norms as in ${plotted.figures}, ${optimizer}: ${mean ? 'mean over the batches of each epoch' : 'last batch of each epoch'}`;
    return {
      name: `gradients-${optimizer}`,
      title,
      specification: curveChart({
        title, subtitle: subtitleOf(subject), points, x: { field: 'epoch', title: 'epoch' }, y: { field: 'value', title: 'L2 norm', logarithmic: true }, color: 'activation', panel: 'weight', ownAxes: true,
      }),
    };
  });
}

type Metrics = ReportSubject['rows'][number]['metrics'][number];

/** A value by epoch, averaged over the seeds of an activation with an optimiser, as far as all of them trained. */
function meanPoints(subject: ReportSubject, value: (metrics: Metrics) => number | null): Point[] {
  const rows = unmoved(subject);
  return distinct(rows.map(({ activation, optimizer }) => `${activation}\n${optimizer}`)).flatMap((key) => {
    const [activation = '', optimizer = ''] = key.split('\n');
    const group = rows.filter((row) => row.activation === activation && row.optimizer === optimizer);
    const epochs = Math.min(...group.map(({ metrics }) => metrics.length));
    return Array.from({ length: epochs }, (_, i) => {
      const values = group.map(({ metrics }) => { const m = metrics[i]; return m ? value(m) : null; });
      const known = values.filter((v) => v !== null);
      return { activation, optimizer, epoch: i + 1, value: known.length === values.length ? known.reduce((sum, v) => sum + v, 0) / known.length : null };
    });
  });
}

function subtitleOf(subject: ReportSubject): string {
  const seeds = distinct(subject.rows.map(({ seed }) => seed)).length;
  return `${provenance(subject)}${seeds > 1 ? `; mean over ${seeds} seeds, as far as all of them trained` : ''}`;
}
