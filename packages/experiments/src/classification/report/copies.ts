import { authorsRun } from '../../reference/authors';
import { paperValue } from '../../reference/paper';
import { judgeAccuracy, judgeAccuracySpread, judgeSpread, type EpochScores, type Verdict } from '../../reference/pass_marks';
import { dotChart, type DotRow } from '../../report/charts';
import type { Figure } from '../../report/figures';
import { fixed } from '../../report/numbers';
import type { Table } from '../../report/table';
import { scores } from './epoch_one';
import { provenance, type ReportRow, type ReportSubject } from './rows';

/** The run of an activation with an optimiser, and copies of it whose first weight was moved by an amount the size of rounding. */
export interface Copies {
  readonly activation: string;
  readonly optimizer: string;
  /** The unmoved one first. */
  readonly rows: readonly [ReportRow, ...ReportRow[]];
}

/** Groups of copies; an activation without both kinds has none. */
export function copiesOf(rows: readonly ReportRow[]): Copies[] {
  return rows
    .filter(({ perturbation, metrics }) => perturbation === 0 && metrics.length > 0)
    .flatMap((row) => {
      const { activation, optimizer } = row;
      const moved = rows.filter((other) => other.activation === activation && other.optimizer === optimizer && other.seed === row.seed && other.perturbation !== 0);
      return moved.length === 0 ? [] : [{ activation, optimizer, rows: [row, ...moved] as const }];
    });
}

/** Epoch 1 of each copy. */
export function firstEpochs({ rows }: Copies): EpochScores[] {
  return rows.flatMap(({ metrics: [first] }) => (first ? [first] : []));
}

/** Epoch 1 of the log in units of the spread of copies that differ by rounding alone. */
export function spreadTable(experiment: string, rows: readonly ReportRow[]): Table {
  return {
    header: ['activation', 'optimizer', 'log: train / val loss, train / val accuracy %', 'ours', 'lowest of the copies', 'highest of the copies', 'copies', 'verdict'],
    rows: copiesOf(rows).flatMap((copies) => {
      const { activation, optimizer } = copies;
      const epochs = firstEpochs(copies);
      const theirs = authorsRun(experiment, optimizer, activation)?.epochs[0];
      if (!theirs) return [];
      const bound = (choose: (...values: number[]) => number): EpochScores => {
        const of = (field: keyof EpochScores) => choose(...epochs.map((epoch) => epoch[field]));
        return { trainLoss: of('trainLoss'), valLoss: of('valLoss'), trainAccuracy: of('trainAccuracy'), valAccuracy: of('valAccuracy') };
      };
      return [[activation, optimizer, scores(theirs), scores(epochs[0]), scores(bound(Math.min)), scores(bound(Math.max)), String(epochs.length), judgeSpread(epochs, theirs).text]];
    }),
  };
}

type Runs = Pick<ReportSubject, 'comparable' | 'experiment' | 'rows'>;

/** The paper's test accuracy of copies that trained as its run did, by the same rule of stopping or for the epochs of its log. */
function paperAccuracy({ comparable, experiment }: Runs, { activation, optimizer, rows }: Copies): number | undefined {
  const epochs = authorsRun(experiment, optimizer, activation)?.epochs.length;
  const alike = comparable === 'whole' || (comparable === 'first epochs' && rows.every(({ result }) => result.epochs === epochs));
  return alike ? paperValue(experiment, optimizer, activation)?.accuracy : undefined;
}

const accuraciesOf = ({ rows }: Copies): number[] => rows.map(({ result }) => result.test.accuracy);

/** The paper's test accuracy against copies; undefined where there are none that ended as the paper's run did. */
export function judgeEnd(runs: Runs, optimizer: string, activation: string): Verdict | undefined {
  const copies = copiesOf(runs.rows).find((group) => group.activation === activation && group.optimizer === optimizer);
  const paper = copies && paperAccuracy(runs, copies);
  return copies && paper !== undefined ? judgeAccuracySpread(accuraciesOf(copies), paper) : undefined;
}

/** The paper's test accuracy in units of the spread of copies; runs that ended elsewhere than the paper's have no line. */
export function finalSpreadTable(subject: Runs): Table {
  const { experiment } = subject;
  return {
    header: ['activation', 'optimizer', 'epochs: log', 'ours', 'copies', 'test accuracy %: paper', 'ours', 'lowest of the copies', 'highest of the copies', 'copies within the mark', 'verdict'],
    rows: copiesOf(subject.rows).flatMap((copies) => {
      const { activation, optimizer, rows } = copies;
      const paper = paperAccuracy(subject, copies);
      if (paper === undefined) return [];
      const accuracies = accuraciesOf(copies);
      const epochs = rows.map(({ result }) => result.epochs);
      const marks = accuracies.map((accuracy) => judgeAccuracy(experiment, optimizer, activation, accuracy));
      return [[
        activation, optimizer, String(authorsRun(experiment, optimizer, activation)?.epochs.length ?? '-'), String(epochs[0]), distinctRange(epochs),
        fixed(paper, 2), fixed(accuracies[0], 2), fixed(Math.min(...accuracies), 2), fixed(Math.max(...accuracies), 2),
        marks[0] ? `${marks.filter((mark) => mark?.passed).length} of ${marks.length} ${marks[0].text.replace(/^(within|outside) /, '')}` : 'no mark stated', judgeAccuracySpread(accuracies, paper).text,
      ]];
    }),
  };
}

function distinctRange(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? String(low) : `${low} to ${high}`;
}

/** Later ones lie on top. */
const KINDS = ['moved copies', 'ours', 'authors'] as const;

const MEASURES = [
  { panel: 'training loss', field: 'trainLoss' },
  { panel: 'validation loss', field: 'valLoss' },
  { panel: 'training accuracy (%)', field: 'trainAccuracy' },
  { panel: 'validation accuracy (%)', field: 'valAccuracy' },
] as const;

/** Epoch 1 of the copies, of the run itself and of the log, and test accuracies where the runs ended as the paper's did. */
export function spreadFigure(subject: ReportSubject): Figure | undefined {
  const groups = copiesOf(subject.rows);
  const several = new Set(groups.map(({ optimizer }) => optimizer)).size > 1;
  const rows = groups.flatMap((copies): DotRow[] => {
    const { activation, optimizer } = copies;
    const label = several ? `${activation}, ${optimizer}` : activation;
    const kindOf = (i: number): (typeof KINDS)[number] => (i === 0 ? 'ours' : 'moved copies');
    const log = authorsRun(subject.experiment, optimizer, activation)?.epochs[0];
    const first = MEASURES.flatMap(({ panel, field }): DotRow[] => [
      ...firstEpochs(copies).map((epoch, i) => ({ label, panel: `epoch 1: ${panel}`, kind: kindOf(i), value: epoch[field] })),
      ...(log ? [{ label, panel: `epoch 1: ${panel}`, kind: 'authors', value: log[field] }] : []),
    ]);
    const paper = paperAccuracy(subject, copies);
    if (paper === undefined) return first;
    const panel = 'test accuracy (%)';
    return [...first, ...accuraciesOf(copies).map((value, i) => ({ label, panel, kind: kindOf(i), value })), { label, panel, kind: 'authors', value: paper }];
  });
  if (rows.length === 0) return undefined;
  const title = 'Runs whose first weight was moved by rounding, and the authors\' run';
  return { name: 'copies', title, specification: dotChart(title, provenance(subject), KINDS, rows) };
}
