import { provenance } from '../classification/report/rows';
import { judgeDepth } from '../reference/apl_marks';
import { authorsDepth } from '../reference/authors_apl';
import { curveChart, type Point } from '../report/charts';
import type { Content } from '../report/pages';
import type { Table } from '../report/table';
import type { AplReport } from './report_subject';
import { chart, compared, heading, paragraph } from './sections';

/** Figures 15 to 17 with ours: training and test accuracy at the first and at the tenth epoch. */
export function depthTable(reports: readonly AplReport[]): Table {
  return {
    header: ['convolutions', 'activation', 'seed', 'epoch', 'training accuracy %: paper', 'ours', 'difference', 'test accuracy %: paper', 'ours', 'difference', 'verdict'],
    rows: reports.flatMap(({ depth, subject }) =>
      subject.rows.flatMap(({ activation, seed, metrics }) =>
        [1, 10].flatMap((epoch) => {
          const ours = metrics[epoch - 1];
          const theirs = authorsDepth(depth ?? 0, activation, epoch);
          if (!ours || !theirs) return [];
          return [[String(depth), activation, String(seed), String(epoch), ...compared(theirs.train, ours.trainAccuracy, 1), ...compared(theirs.test, ours.valAccuracy, 1), judgeDepth(ours.valAccuracy, theirs.test).text]];
        }),
      ),
    ),
  };
}

/** Accuracies by epoch, a panel for each depth, and the paper's beside them. */
export function depthSections(reports: readonly AplReport[]): Content[] {
  const [first] = reports;
  if (!first) return [];
  const evaluated = first.config.evaluatedOn === 'test' ? 'Test' : 'Validation';
  const figures = ([['trainAccuracy', 'Training'], ['valAccuracy', evaluated]] as const).map(([field, of]) => {
    const points = reports.flatMap(({ depth, subject }) => {
      const activations = [...new Set(subject.rows.map(({ activation }) => activation))];
      return activations.flatMap((activation) => {
        const rows = subject.rows.filter((row) => row.activation === activation);
        const epochs = Math.min(...rows.map(({ metrics }) => metrics.length));
        return Array.from({ length: epochs }, (_, i): Point => ({
          panel: `${depth} convolutions`, activation, epoch: i + 1, value: rows.reduce((sum, { metrics }) => sum + (metrics[i]?.[field] ?? NaN), 0) / rows.length,
        }));
      });
    });
    const title = `${of} accuracy by depth`;
    return chart({
      name: field === 'trainAccuracy' ? 'depth-train' : 'depth-evaluated', title,
      specification: curveChart({ title, subtitle: provenance(first.subject), points, x: { field: 'epoch', title: 'epoch' }, y: { field: 'value', title: 'accuracy (%)' }, color: 'activation', panel: 'panel' }),
    });
  });
  const known = first.comparable === 'no' ? [] : [
    heading('Figures 15 to 17'),
    paragraph("The paper's values are read from its figures, to 0.3 points. In the authors' code no activation follows the first convolution, so L convolutions have L - 1 activations. Their training loss is divided by the number of batches less one."),
    { kind: 'table' as const, ...depthTable(reports) },
  ];
  return [heading('Accuracy by depth'), ...figures, ...known];
}
