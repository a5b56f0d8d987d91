import { provenance, type ReportRow } from '../classification/report/rows';
import { AUTHORS_APL_SECONDS, AUTHORS_APL_SOURCE, authorsAplCurve } from '../reference/authors_apl';
import { APL_MARKS_SOURCE, judgeAplCurve } from '../reference/apl_marks';
import { curveChart, type Point } from '../report/charts';
import { fixed } from '../report/numbers';
import type { Content } from '../report/pages';
import type { Table } from '../report/table';
import type { EpochMetrics } from '../train/trainer';
import type { AplReport } from './report_subject';
import { chart, compared, heading, paragraph, subheading } from './sections';

/** One line of Table 22: a run, or the part of it that the authors logged. */
interface Line {
  readonly row: ReportRow;
  readonly label: string;
  /** Counted from 1 where the authors began to log. */
  readonly epochs: readonly EpochMetrics[];
  readonly theirs: ReturnType<typeof authorsAplCurve>;
}

/** ReLU's run has the epochs before the authors' log too: the network as it is made new, and as they logged it. */
function linesOf({ subject, config }: AplReport): Line[] {
  return subject.rows.flatMap((row): Line[] => {
    const theirs = authorsAplCurve(row.activation);
    if (row.activation !== 'relu') return [{ row, label: row.activation, epochs: row.metrics, theirs }];
    const fresh = { row, label: 'relu, new', epochs: row.metrics.slice(0, config.epochs), theirs: undefined };
    if (config.warmStartEpochs === 0) return [fresh];
    return [fresh, { row, label: 'relu, trained before', epochs: row.metrics.slice(config.warmStartEpochs).map((epoch, i) => ({ ...epoch, epoch: i + 1 })), theirs }];
  });
}

/** Table 22 with ours; the verdict is on the whole curve of test accuracies. */
export function compareTable(report: AplReport): Table {
  return {
    header: [
      'activation', 'seed', ...['train loss, first epoch', 'test loss, last epoch', 'test accuracy %, last epoch'].flatMap((title) => [`${title}: paper`, 'ours', 'difference']),
      'clean test images %', 's/epoch: paper', 'ours', 'verdict',
    ],
    rows: linesOf(report).map(({ row, label, epochs, theirs }) => {
      const [first, last] = [epochs[0], epochs.at(-1)];
      const [theirFirst, theirLast] = [theirs?.[0], theirs?.[epochs.length - 1]];
      const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0) / epochs.length;
      // The run is tested once, at its end.
      const tested = epochs.at(-1)?.valLoss === row.metrics.at(-1)?.valLoss;
      return [
        label, String(row.seed), ...compared(theirFirst?.trainLoss, first?.trainLoss, 4), ...compared(theirLast?.testLoss, last?.valLoss, 4), ...compared(theirLast?.testAccuracy, last?.valAccuracy, 2),
        tested ? fixed(row.result.test.accuracy, 2) : '-', fixed(theirs && AUTHORS_APL_SECONDS[row.activation], 0), fixed(seconds, 1),
        theirs ? judgeAplCurve(epochs.map(({ valAccuracy }) => valAccuracy), theirs.map(({ testAccuracy }) => testAccuracy)).text : 'no log',
      ];
    }),
  };
}

const CURVES = [
  { name: 'train-loss', title: 'Training loss', axis: 'loss (nats)', ours: 'trainLoss', theirs: 'trainLoss' },
  { name: 'test-loss', title: 'Test loss', axis: 'loss (nats)', ours: 'valLoss', theirs: 'testLoss' },
  { name: 'test-accuracy', title: 'Test accuracy', axis: 'accuracy (%)', ours: 'valAccuracy', theirs: 'testAccuracy' },
] as const;

/** Table 22 and the authors' curves under ours. */
export function compareSections(report: AplReport): Content[] {
  if (report.comparable === 'no') return [];
  const lines = linesOf(report).filter(({ theirs }) => theirs);
  const figures = CURVES.map(({ name, title, axis, ours, theirs }) => {
    const points = lines.flatMap((line): Point[] => [
      ...(line.theirs ?? []).map((epoch): Point => ({ activation: line.label, run: 'authors', epoch: epoch.epoch, value: epoch[theirs] })),
      ...line.epochs.map((epoch): Point => ({ activation: line.label, run: `seed ${line.row.seed}`, epoch: epoch.epoch, value: epoch[ours] })),
    ]);
    const full = `${title}: ours over the authors'`;
    return chart({
      name: `${name}-authors`, title: full,
      specification: curveChart({ title: full, subtitle: provenance(report.subject), points, x: { field: 'epoch', title: 'epoch' }, y: { field: 'value', title: axis }, color: 'run', under: 'authors', panel: 'activation' }),
    });
  });
  return [
    heading('Table 22'),
    paragraph(`Paper: ${AUTHORS_APL_SOURCE}. ${APL_MARKS_SOURCE}`),
    paragraph(
      'What the table compares: APL without activations at the two hidden fully connected layers with networks that have them; test images cropped and flipped at random; L2 on every parameter. ' +
        "ReLU's row is of a network that had been trained before, so its first loss says nothing; how long and with what is not known. Ours had been trained for as many epochs as are shown. The paper prints 60.25 where the log has 60.75.",
    ),
    { kind: 'table', ...compareTable(report) },
    subheading("Curves over the authors'"),
    ...figures,
  ];
}
