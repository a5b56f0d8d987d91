import { show } from '../../config/fields';
import type { Content } from '../../report/pages';
import type { Figure } from '../../report/figures';
import { withoutLocal } from '../../report/local_options';
import { AUTHORS_SOURCE } from '../../reference/authors';
import { PAPER_SOURCE } from '../../reference/paper';
import { PASS_MARKS_SOURCE } from '../../reference/pass_marks';
import { curveFigures, gradientFigures, overlayFigures } from './curves';
import { copiesOf, finalSpreadTable, spreadFigure, spreadTable } from './copies';
import { epochOneTable } from './epoch_one';
import { timesNote, timesTable } from './epoch_times';
import { comparedTables, lastAgainstBest, TIME_CAVEAT } from './paper_layout';
import { resultTable } from './result_table';
import { distinct, optimizersOf, provenance, unmoved, type ReportSubject } from './rows';
import { differenceFigure, STATISTICS_NOTE, statisticsTable, tuningTable } from './statistics';

const chart = (figure: Figure): Content => ({ kind: 'chart', figure });
const heading = (text: string): Content => ({ kind: 'heading', text });
const paragraph = (text: string): Content => ({ kind: 'paragraph', text });

/** Unfinished runs are named up to so many, else counted. */
const NAMED = 8;

/** What a reader must know before any number. */
export function provenanceSection(subject: ReportSubject): Content[] {
  const warnings = [
    ...(subject.synthetic
      ? [`These ${subject.samples ?? 'images'} are made by a program, because the real ones were not at hand or were not asked for. The accuracies say nothing about the real data set and must not be compared with the paper.`]
      : []),
    ...subject.notes,
    ...(subject.missing.length > 0 ? [`Not finished yet: ${subject.missing.length > NAMED ? `${subject.missing.length} runs` : subject.missing.join(', ')}`] : []),
  ];
  return [paragraph(provenance(subject)), ...warnings.map((text): Content => ({ kind: 'warning', text }))];
}

/** All runs in one table. */
export function resultSection(subject: ReportSubject): Content[] {
  const timed = subject.timings.length > 0;
  return [
    heading('Results'),
    { kind: 'table', ...resultTable(subject) },
    ...(timed
      ? [paragraph("ms/step: median of one training step with this project's activation kernels (fused) and with TensorFlow.js's own (stock), everything else equal, measured alternately in one process.")]
      : []),
  ];
}

const EPOCH_ONE_MARKS = ' Marks: loss within 0.002 and accuracy within 0.2 points for activations whose derivative has no jump or little of one, else 0.03 and 1 point.';

const COPIES =
  'Copies of a run whose first weight was moved by the amounts given, which is the size of rounding; batch normalisation amplifies that within one epoch, the CNN over several. ' +
  'A number of the log or the paper that lies among them says nothing against the run being the same.';

const STOPPING =
  'After some epochs rounding decides the third digit of the validation loss, and with it the epoch at which patience runs out; the weights of that epoch are tested.';

/** The paper's tables with ours, epoch 1 against the log, and our curves over theirs; of moved copies their spread instead. */
export function paperSections(subject: ReportSubject): Content[] {
  const { comparable, experiment, rows } = subject;
  if (comparable === 'no') return [];
  if (copiesOf(rows).length > 0) return [...copiesSection(subject), ...epochOneSection(subject)];
  if (comparable !== 'whole') return epochOneSection(subject);
  const tables = comparedTables(experiment, rows).flatMap(({ title, content }): Content[] => [{ kind: 'subheading', text: title }, { kind: 'table', ...content }]);
  return [
    heading("The paper's tables"),
    paragraph(`Paper: ${PAPER_SOURCE} Pass marks: ${PASS_MARKS_SOURCE}`),
    ...tables,
    paragraph(TIME_CAVEAT),
    { kind: 'subheading', text: 'Last weights against best' },
    paragraph('The authors test the weights of the last epoch, patience epochs after the best.'),
    { kind: 'table', ...lastAgainstBest(experiment, rows) },
    ...epochOneSection(subject),
    heading("Curves over the authors'"),
    ...overlayFigures(subject).map(chart),
  ];
}

/** Copies moved by rounding: where they end, and epoch 1. */
function copiesSection(subject: ReportSubject): Content[] {
  const figure = spreadFigure(subject);
  const final = finalSpreadTable(subject);
  return [
    heading('Copies that differ by rounding'),
    paragraph(final.rows.length > 0 ? `${COPIES} ${STOPPING}` : COPIES),
    ...(final.rows.length > 0 ? [{ kind: 'table', ...final } as const] : []),
    { kind: 'table', ...spreadTable(subject.experiment, subject.rows) },
    ...(figure ? [chart(figure)] : []),
  ];
}

function epochOneSection({ experiment, rows }: ReportSubject): Content[] {
  return [
    heading("Epoch 1 against the authors' log"),
    { kind: 'table', ...epochOneTable(experiment, rows) },
    paragraph(`Log: ${AUTHORS_SOURCE}.${experiment.startsWith('cnn') ? EPOCH_ONE_MARKS : ''}`),
  ];
}

/** Means over seeds, differences to ReLU, and the search for learning rates. */
export function statisticsSections(subject: ReportSubject): Content[] {
  const content: Content[] = [];
  if (distinct(subject.rows.map(({ seed }) => seed)).length > 1) {
    content.push(heading('Statistics'), paragraph(STATISTICS_NOTE));
    for (const optimizer of optimizersOf(subject)) content.push({ kind: 'subheading', text: `${subject.title}, ${optimizer}` }, { kind: 'table', ...statisticsTable(subject, optimizer) });
    const figure = differenceFigure(subject);
    if (figure) content.push(chart(figure));
  }
  if (subject.chosen.length > 0) {
    const { tuningEpochs, tuningSeed } = subject.config;
    content.push(
      heading('Learning rates'),
      paragraph(`Each activation has the same budget: the same rates, ${String(tuningEpochs)} epochs at most, seed ${String(tuningSeed)}, which no result has. The lowest validation loss decides; the test set is not looked at.`),
    );
    for (const optimizer of distinct(subject.chosen.map((choice) => choice.optimizer))) content.push({ kind: 'subheading', text: optimizer }, { kind: 'table', ...tuningTable(subject.chosen, optimizer) });
  }
  return content;
}

/** What an epoch took, and what that says. */
export function timesSection(subject: ReportSubject): Content[] {
  return [heading('Time of an epoch'), { kind: 'table', ...timesTable(unmoved(subject)) }, paragraph(timesNote(subject))];
}

/** Curves, gradient norms and step times of ours alone; one epoch makes no curve, and moved copies have the curves of what they are copies of. */
export function figureSections(subject: ReportSubject): Content[] {
  const curves = subject.rows.some(({ metrics }) => metrics.length > 1) && copiesOf(subject.rows).length === 0;
  const figures = [...(curves && subject.comparable !== 'whole' ? curveFigures(subject) : []), ...(curves ? gradientFigures(subject) : []), ...timeFigures(subject)];
  return figures.length === 0 ? [] : [heading('Figures'), ...figures.map(chart)];
}

/** How it was made. */
export function configurationSection(subject: ReportSubject): Content[] {
  const items = (values: Readonly<Record<string, unknown>>) => Object.entries(values).map(([key, value]) => `${key}: ${show(value)}`);
  return [heading('Configuration'), { kind: 'list', items: items(withoutLocal(subject.config)) }, heading('Environment'), { kind: 'list', items: items(subject.environment) }];
}

function timeFigures({ timings }: ReportSubject): Figure[] {
  if (timings.length === 0) return [];
  const values = timings.flatMap(({ activation, fusedMs, stockMs }) => [
    { activation, arm: 'fused', value: fusedMs },
    { activation, arm: 'stock', value: stockMs },
  ]);
  const title = 'Milliseconds of a training step (median)';
  return [
    {
      name: 'step-time',
      title,
      specification: {
        title: { text: title },
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
    },
  ];
}
