import { accuracySummaries } from '../classification/report/statistics';
import { optimizersOf, provenance } from '../classification/report/rows';
import { parseActivation } from '../classification/activations';
import { AUTHORS_SEGMENTS } from '../reference/authors_apl';
import { intervalChart } from '../report/charts';
import type { Content } from '../report/pages';
import type { Table } from '../report/table';
import type { AplReport } from './report_subject';
import { chart, compared, heading, paragraph } from './sections';

/** Table 21 by what it is: one network with S = 1 after 10 to 60 epochs. */
export function segmentsTable({ subject }: AplReport): Table {
  const run = subject.rows.find(({ activation }) => parseActivation(activation).segments === 1);
  return {
    header: ['printed as S', 'what it is', 'test accuracy %: paper', 'ours', 'difference'],
    rows: AUTHORS_SEGMENTS.map(({ epoch, printedAs, testAccuracy }) => [String(printedAs), `S = 1 after ${epoch} epochs`, ...compared(testAccuracy, run?.metrics[epoch - 1]?.valAccuracy, 2)]),
  };
}

/** Table 21 beside ours, and accuracy by S where networks of several S were trained. */
export function segmentsSections(report: AplReport): Content[] {
  const { subject, comparable } = report;
  const content: Content[] = [];
  if (comparable !== 'no') {
    content.push(
      heading('Table 21'),
      paragraph("The authors' notebook redefines the layer for S = 2 to 10 but never makes the network anew: every row is the network with S = 1, trained on. Read so, the table says nothing about S."),
      { kind: 'table', ...segmentsTable(report) },
    );
  }
  const segments = new Set(subject.rows.flatMap(({ activation }) => parseActivation(activation).segments ?? []));
  if (segments.size > 1) {
    const rows = optimizersOf(subject).flatMap((optimizer) =>
      accuracySummaries(subject.rows, optimizer).map(({ condition, summary: { mean, deviation } }) => {
        const spread = Number.isNaN(deviation) ? 0 : deviation;
        return { label: labelOf(condition), panel: optimizer, value: mean, low: mean - spread, high: mean + spread };
      }),
    );
    const title = 'Test accuracy by the number of hinges: mean and deviation over seeds';
    content.push(
      heading('A new network for every S'),
      chart({ name: 'segments', title, specification: intervalChart(title, provenance(subject), 'test accuracy (%)', rows, false) }),
    );
  }
  return content;
}

function labelOf(activation: string): string {
  const { segments } = parseActivation(activation);
  return segments === undefined ? activation : `S = ${segments}`;
}
