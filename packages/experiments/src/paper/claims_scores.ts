import { finalSpreadTable, judgeEnd } from '../classification/report/copies';
import { comparedTables } from '../classification/report/paper_layout';
import { activationsOf, type ReportRow } from '../classification/report/rows';
import { accuracySummaries, BASELINE } from '../classification/report/statistics';
import { judgeAccuracy, judgePlateau } from '../reference/pass_marks';
import { fixed, probability, signed } from '../report/numbers';
import type { Table } from '../report/table';
import { amongCopies, COPIES_TITLE, NOT_RUN, outcomeOf, type Claim, type Finding } from './claim';
import type { Evidence } from './evidence';

const CNN = ['cnn-mnist', 'cnn-cifar'] as const;
const OPTIMIZERS = ['sgd', 'adam'] as const;
/** Copies that stop by the authors' rule, or after the epochs of their log. */
const LENGTHS = ['whole', 'first epochs'] as const;

/** The activation with the highest (or lowest) test accuracy among the faithful runs; undefined unless all five are there. */
function extreme(rows: readonly ReportRow[], sign: 1 | -1): string | undefined {
  if (activationsOf({ rows }).length < 5) return undefined;
  return [...rows].sort((a, b) => sign * (b.result.test.accuracy - a.result.test.accuracy))[0]?.activation;
}

/** Faithful test accuracies of an experiment with an optimiser. */
function scoreTable(experiment: string, rows: readonly ReportRow[]): Table {
  return { header: ['experiment', 'activation', 'optimizer', 'test accuracy % (one seed)'], rows: rows.map((row) => [experiment, row.activation, row.optimizer, fixed(row.result.test.accuracy, 2)]) };
}

/** One activation against ReLU in the corrected runs. */
function differenceOf(evidence: Evidence, experiment: string, optimizer: string, activation: string) {
  return accuracySummaries(evidence.corrected(experiment), optimizer).find(({ condition }) => condition === activation);
}

function differenceTable(evidence: Evidence, cases: readonly (readonly [experiment: string, optimizer: string, activation: string])[]): Table {
  return {
    header: ['experiment', 'activation', 'optimizer', 'seeds', `corrected: difference to ${BASELINE}`, '95 % interval', 'p (Holm)'],
    rows: cases.flatMap(([experiment, optimizer, activation]) => {
      const found = differenceOf(evidence, experiment, optimizer, activation);
      if (!found?.comparison?.interval) return [];
      const { count, difference, interval: [low, high] } = found.comparison;
      return [[experiment, activation, optimizer, String(count), signed(difference, 2), `${signed(low, 2)} to ${signed(high, 2)}`, probability(found.adjustedP)]];
    }),
  };
}

/** Whether the interval of the difference to ReLU lies on the side of `sign`; null without corrected runs. */
function lies(evidence: Evidence, experiment: string, optimizer: string, activation: string, sign: 1 | -1): boolean | null {
  const interval = differenceOf(evidence, experiment, optimizer, activation)?.comparison?.interval;
  if (!interval) return null;
  return sign > 0 ? interval[0] > 0 : interval[1] < 0;
}

/** A claim that an activation is best or worst somewhere: seen with the authors' seed, and with tuned rates over seeds. */
function ranked(id: string, claim: string, background: string, activation: string, sign: 1 | -1, cases: readonly (readonly [experiment: (typeof CNN)[number], optimizer: (typeof OPTIMIZERS)[number]])[]): Claim {
  const [most, side] = sign > 0 ? ['highest', 'above'] : ['lowest', 'below'];
  return {
    id,
    claim,
    background,
    rule: `Holds if ${activation} has the ${most} test accuracy of the five in the faithful run, and in the corrected runs the 95 % interval of its paired difference to ${BASELINE} lies ${side} 0, in every case; in part if some of these do.`,
    judge: (evidence: Evidence): Finding => {
      const answers = cases.flatMap(([experiment, optimizer]) => {
        const best = extreme(evidence.faithful(experiment, optimizer), sign);
        return [best === undefined ? null : best === activation, lies(evidence, experiment, optimizer, activation, sign)];
      });
      const outcome = outcomeOf(answers);
      if (outcome === 'not run') return NOT_RUN;
      return {
        outcome,
        summary: `${answers.filter((answer) => answer === true).length} of ${answers.filter((answer) => answer !== null).length} comparisons agree.`,
        evidence: [...cases.map(([experiment, optimizer]) => scoreTable(experiment, evidence.faithful(experiment, optimizer))), differenceTable(evidence, cases.map(([experiment, optimizer]) => [experiment, optimizer, activation]))],
      };
    },
  };
}

/** Claims about test scores. */
export const SCORE_CLAIMS: readonly Claim[] = [
  {
    id: 'cnn-scores',
    claim: 'The CNN reaches the test accuracies of Tables 1 to 4.',
    background: 'One seed, the last weights tested. The runs are a function of seed 42, so they can be repeated.',
    rule: 'Holds if all 20 faithful runs are within their pass mark; in part if some are, or some are not finished.',
    judge: (evidence: Evidence): Finding => {
      const judged = CNN.flatMap((experiment) =>
        OPTIMIZERS.flatMap((optimizer) =>
          ['sigmoid', 'relu', 'leaky_relu', 'elu', 'selu'].map((activation) => {
            const row = evidence.faithful(experiment, optimizer).find((candidate) => candidate.activation === activation);
            return { experiment, optimizer, activation, passed: row ? (judgeAccuracy(experiment, optimizer, activation, row.result.test.accuracy)?.passed ?? null) : null };
          }),
        ),
      );
      const outcome = outcomeOf(judged.map(({ passed }) => passed));
      if (outcome === 'not run') return NOT_RUN;
      const outside = judged.filter(({ passed }) => passed === false);
      const among = outside.filter(({ experiment, optimizer, activation }) =>
        LENGTHS.some((comparable) => judgeEnd({ comparable, experiment, rows: evidence.copies(experiment, comparable) }, optimizer, activation)?.passed),
      );
      const tables = CNN.flatMap((experiment) => comparedTables(experiment, evidence.faithful(experiment)).filter(({ table }) => table <= 4));
      const copies = CNN.flatMap((experiment) =>
        LENGTHS.map((comparable) => ({ ...finalSpreadTable({ comparable, experiment, rows: evidence.copies(experiment, comparable) }), title: `${experiment}: ${COPIES_TITLE}${comparable === 'whole' ? '' : ", for the epochs of the authors' run"}` })),
      );
      return {
        outcome,
        summary: `${judged.filter(({ passed }) => passed === true).length} of 20 runs are within their mark.${amongCopies(outside.length, among.length)}`,
        evidence: [...tables.map(({ title, content }) => ({ ...content, title })), ...copies],
      };
    },
  },
  ranked('elu-best-cifar-sgd', 'With SGD on CIFAR-10 ELU is the best activation, 3.1 points above ReLU.', 'The sampling error of one accuracy is 0.48 points, and the learning rate was not tuned.', 'elu', 1, [['cnn-cifar', 'sgd']]),
  ranked('sigmoid-best-mnist-adam', 'With Adam on MNIST sigmoid is the best activation (98.84 %).', 'All five lie within 0.35 points; the sampling error of one accuracy is 0.12.', 'sigmoid', 1, [['cnn-mnist', 'adam']]),
  ranked('sigmoid-worst-sgd', 'With SGD sigmoid is by far the worst: 94.22 % on MNIST, 28.45 % on CIFAR-10.', 'The learning rate of 0.001 was set for all; after 50 epochs sigmoid is still rising.', 'sigmoid', -1, [['cnn-mnist', 'sgd'], ['cnn-cifar', 'sgd']]),
  {
    id: 'sigmoid-plateau',
    claim: 'With SGD sigmoid does not learn for about ten epochs.',
    background: 'Validation accuracy stays at one constant class (11.3 % on MNIST, 10 % on CIFAR-10) until epoch 10.',
    rule: 'Holds if both faithful runs stay at the level of chance for 10 epochs, within 40 %.',
    judge: (evidence: Evidence): Finding => {
      const runs = CNN.map((experiment) => ({ experiment, row: evidence.faithful(experiment, 'sgd').find(({ activation }) => activation === 'sigmoid') }));
      const verdicts = runs.map(({ row }) => (row ? judgePlateau('sgd', 'sigmoid', row.metrics.map(({ valAccuracy }) => valAccuracy)) : undefined));
      const outcome = outcomeOf(verdicts.map((verdict) => verdict?.passed ?? null));
      if (outcome === 'not run') return NOT_RUN;
      return { outcome, summary: verdicts.map((verdict) => verdict?.text ?? 'not run').join('; '), evidence: [{ header: ['experiment', 'epochs at the level of chance'], rows: runs.map(({ experiment }, i) => [experiment, verdicts[i]?.text ?? 'not run']) }] };
    },
  },
  {
    id: 'relu-leaky-relu-alike',
    claim: 'ReLU and leaky ReLU behave alike.',
    background: 'With a slope of 0.01 the two differ in a hundredth of the negative part.',
    rule: 'Holds if in every corrected comparison the 95 % interval of leaky ReLU minus ReLU lies within 1 point of 0; in part if it does in some.',
    judge: (evidence: Evidence): Finding => {
      const cases = CNN.flatMap((experiment) => OPTIMIZERS.map((optimizer) => [experiment, optimizer, 'leaky_relu'] as const));
      const answers = cases.map(([experiment, optimizer, activation]) => {
        const interval = differenceOf(evidence, experiment, optimizer, activation)?.comparison?.interval;
        return interval ? interval[0] > -1 && interval[1] < 1 : null;
      });
      const outcome = outcomeOf(answers);
      if (outcome === 'not run') return NOT_RUN;
      return { outcome, summary: `${answers.filter((answer) => answer === true).length} of ${answers.filter((answer) => answer !== null).length} intervals lie within 1 point.`, evidence: [differenceTable(evidence, cases)] };
    },
  },
];
