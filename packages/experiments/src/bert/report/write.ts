import { configurationSection, provenanceSection, timesSection } from '../../classification/report/sections';
import { curveFigures } from '../../classification/report/curves';
import { epochTable, gradientTable } from '../../classification/report/result_table';
import { distinct, optimizersOf, type ReportSubject } from '../../classification/report/rows';
import { differenceFigure, statisticsTable, STATISTICS_NOTE, type Comparison } from '../../classification/report/statistics';
import { PAPER_BERT_SOURCE } from '../../reference/paper_bert';
import { writePages, type Content } from '../../report/pages';
import { chart, heading, paragraph, subheading } from '../../apl/sections';
import { traceFigures, traceTable } from './figures';
import { LEARNED_RULE, scored } from './judgement';
import { bertResultTable, devScores } from './tables';

/** What a pre-trained BERT has, and every other activation is compared with. */
const BASELINE = 'gelu';

/**
 * Writes report.md, report.html (self-contained), figures/ (SVG, PNG) and the numbers as CSV.
 * @throws StorageError where it cannot be written
 */
export function writeBertReport(folder: string, subject: ReportSubject): Promise<void> {
  return writePages(folder, {
    title: subject.title,
    blocks: [...provenanceSection(subject), ...resultSection(subject), ...statisticsSection(subject), ...timesSection(subject), ...figureSection(subject), ...configurationSection(subject)],
    tables: { results: bertResultTable(subject), epochs: epochTable(subject), gradients: gradientTable(subject), steps: traceTable(subject) },
  });
}

function resultSection(subject: ReportSubject): Content[] {
  const constant = subject.rows.filter(({ result }) => scored(result.test).constant);
  const warning: Content[] = constant.length === 0 ? [] : [{ kind: 'warning', text: `One class alone is predicted by ${distinct(constant.map(({ activation }) => activation)).join(', ')} (${constant.length} of ${subject.rows.length} runs): their scores are those of the majority class and say nothing else.` }];
  return [
    heading('Results'), ...warning, { kind: 'table', ...bertResultTable(subject) }, paragraph(`Predictions: ${LEARNED_RULE}`),
    ...(subject.synthetic ? [] : [paragraph(`Paper: ${PAPER_BERT_SOURCE} ${subject.comparable === 'whole' ? '' : 'These runs are of another protocol or network than the authors\', so the numbers beside each other are not expected to agree.'}`.trim())]),
    ...(subject.experiment === 'bert-sst2' && !subject.synthetic ? [paragraph('The training part of SST-2 holds phrases of the same sentences again and again, so the hold-out that the authors test on has been seen in part; the validation (dev) sentences have not.')] : []),
  ];
}

function statisticsSection(subject: ReportSubject): Content[] {
  if (distinct(subject.rows.map(({ seed }) => seed)).length < 2) return [];
  const { testWeights } = subject.config;
  const comparisons: readonly Comparison[] = [
    { baseline: BASELINE, title: 'test accuracy', value: ({ result }) => result.test.accuracy },
    { baseline: BASELINE, title: 'dev accuracy', value: (row) => devScores(row, testWeights).accuracy },
  ];
  const content = comparisons.flatMap((comparison) =>
    optimizersOf(subject).flatMap((optimizer): Content[] => {
      const figure = differenceFigure(subject, comparison);
      return [subheading(`${comparison.title.replace(/^./, (letter) => letter.toUpperCase())}, ${optimizer}`), { kind: 'table', ...statisticsTable(subject, optimizer, comparison) }, ...(figure ? [chart(figure)] : [])];
    }),
  );
  return [heading('Statistics'), paragraph(STATISTICS_NOTE), ...content];
}

function figureSection(subject: ReportSubject): Content[] {
  // One epoch makes no curve.
  const curves = subject.rows.some(({ metrics }) => metrics.length > 1) ? curveFigures(subject) : [];
  const figures = [...traceFigures(subject), ...curves];
  return figures.length === 0 ? [] : [heading('Figures'), ...figures.map(chart)];
}
