import { lastAgainstBest } from '../classification/report/paper_layout';
import { activationsOf, type ReportRow } from '../classification/report/rows';
import { accuracySummaries } from '../classification/report/statistics';
import { judgeAccuracy, judgeBestValidation } from '../reference/pass_marks';
import { fixed } from '../report/numbers';
import { NOT_RUN, outcomeOf, type Claim, type Finding } from './claim';
import type { Evidence } from './evidence';

/** The spread of test accuracies between activations. */
function spread(accuracies: readonly number[]): number {
  return Math.max(...accuracies) - Math.min(...accuracies);
}

/** Whether the runs of one experiment with one optimiser are within the range that the pass marks state. */
function scores(id: string, claim: string, background: string, experiment: string, optimizer: string): Claim {
  return {
    id,
    claim,
    background,
    rule: 'Holds if all five faithful runs are within their pass mark; in part if some are, or some are not finished.',
    judge: (evidence: Evidence): Finding => {
      const rows = evidence.faithful(experiment, optimizer);
      const passed = (row: ReportRow) =>
        (judgeAccuracy(experiment, optimizer, row.activation, row.result.test.accuracy) ?? judgeBestValidation(experiment, optimizer, row.activation, row.metrics[row.result.bestEpoch - 1]?.valAccuracy ?? NaN))?.passed ?? null;
      const outcome = outcomeOf([...rows.map(passed), ...new Array<null>(Math.max(0, 5 - rows.length)).fill(null)]);
      if (outcome === 'not run') return NOT_RUN;
      return { outcome, summary: `${rows.filter((row) => passed(row) === true).length} of ${rows.length} finished runs (of 5).`, evidence: [lastAgainstBest(experiment, rows)] };
    },
  };
}

/** Claims about ResNet-50. */
export const RESNET_CLAIMS: readonly Claim[] = [
  {
    id: 'resnet-with-each-activation',
    claim: 'ResNet-50 was evaluated with each activation.',
    background: "The code replaces the activation of the stem, one site of 49; the other 48 stay ReLU.",
    rule: 'Holds if with SGD on CIFAR-10 the five faithful test accuracies (stem alone) spread at least half as far as those of the corrected runs (all 49 sites); both must be finished.',
    judge: (evidence: Evidence): Finding => {
      const stem = evidence.faithful('resnet-cifar', 'sgd');
      const all = accuracySummaries(evidence.corrected('resnet-cifar'), 'sgd').filter(({ condition }) => stem.some(({ activation }) => activation === condition));
      if (activationsOf({ rows: stem }).length < 5 || all.length < 5) return NOT_RUN;
      const [one, every] = [spread(stem.map(({ result }) => result.test.accuracy)), spread(all.map(({ summary }) => summary.mean))];
      return {
        outcome: one >= every / 2 ? 'holds' : 'does not hold',
        summary: `${fixed(one, 2)} points at the stem, ${fixed(every, 2)} at all sites.`,
        evidence: [{ header: ['activation', 'stem alone: test accuracy %', 'all 49 sites: mean %'], rows: stem.map(({ activation, result }) => [activation, fixed(result.test.accuracy, 2), fixed(all.find(({ condition }) => condition === activation)?.summary.mean, 2)]) }],
      };
    },
  },
  scores('resnet-mnist-sgd', 'With SGD on MNIST ResNet-50 reaches about 98.5 % with every activation.', 'Only the stem differs.', 'resnet-mnist', 'sgd'),
  scores('resnet-cifar-sgd', 'With SGD on CIFAR-10 ResNet-50 reaches 58 to 59 % with every activation.', 'A rate of 0.001 without augmentation or schedule; 93 to 95 % is usual for this network when tuned.', 'resnet-cifar', 'sgd'),
  scores('resnet-cifar-adam', 'With Adam on CIFAR-10 ResNet-50 reaches 76 to 79 % with every activation.', 'Only the stem differs.', 'resnet-cifar', 'adam'),
  {
    id: 'resnet-adam-mnist-vanishing',
    claim: 'With Adam on MNIST ReLU fails (10.60 %) and sigmoid nearly so (50.73 %), for vanishing gradients.',
    background: "At their best epochs the authors' runs have 98.65 and 98.41 % on validation data, and the gradient norms of the last epochs rise; the last weights meet running statistics of batch normalisation that lag behind.",
    rule: 'Holds if the faithful runs of ReLU and sigmoid do not reach 98 % on validation data at their best epoch, or their gradient norm of fc falls below a thousandth of that of epoch 1; does not hold if neither is so.',
    judge: (evidence: Evidence): Finding => {
      const rows = evidence.faithful('resnet-mnist', 'adam').filter(({ activation }) => ['relu', 'sigmoid'].includes(activation));
      const norms = (row: ReportRow) => [row.metrics[0], row.metrics.at(-1)].map((metrics) => metrics?.gradientNorms?.['fc.weight'] ?? NaN);
      const answers = rows.map((row) => {
        const [first = NaN, last = NaN] = norms(row);
        return !(judgeBestValidation('resnet-mnist', 'adam', row.activation, row.metrics[row.result.bestEpoch - 1]?.valAccuracy ?? NaN)?.passed ?? false) || last < first / 1000;
      });
      const outcome = outcomeOf([...answers, ...new Array<null>(2 - answers.length).fill(null)]);
      if (outcome === 'not run') return NOT_RUN;
      return {
        outcome,
        summary: rows.map((row) => `${row.activation}: gradient norm of fc ${norms(row).map((norm) => norm.toPrecision(3)).join(' in epoch 1, at the end ')}`).join('; '),
        evidence: [lastAgainstBest('resnet-mnist', rows)],
      };
    },
  },
];
