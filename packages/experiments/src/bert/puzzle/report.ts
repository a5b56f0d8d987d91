import { chart, heading, paragraph, subheading } from '../../apl/sections';
import { configurationSection, provenanceSection } from '../../classification/report/sections';
import { provenance, type ReportSubject } from '../../classification/report/rows';
import { curveChart, dotChart, type DotRow, type Point } from '../../report/charts';
import type { Figure } from '../../report/figures';
import { fixed, signed } from '../../report/numbers';
import { writePages, type Content } from '../../report/pages';
import type { Table } from '../../report/table';
import { LEARNED_RULE } from '../report/judgement';
import { bertResultTable } from '../report/tables';
import { BASELINE, type ArmName } from './arms';
import type { Distances } from './distance';
import { GELU_LIKE_SWISH, type Question } from './options';
import { meanDistance, outcomeOf, outcomesOf, rankCorrelation, type ArmRows, type Outcome } from './outcomes';

/** What the report is made of. */
export interface PuzzleReport {
  readonly subject: ReportSubject;
  readonly questions: readonly Question[];
  readonly distances: Distances;
  readonly arms: readonly ArmRows[];
}

/** Arms of activations, in the order of the columns. */
const ARMS: readonly ArmName[] = ['direct', 'warm-up', 'gradual'];

/**
 * Writes report.md, report.html (self-contained), figures/ (SVG, PNG) and the numbers as CSV.
 * @throws StorageError where it cannot be written
 */
export function writePuzzleReport(folder: string, report: PuzzleReport): Promise<void> {
  const outcomes = outcomesOf(report.arms);
  const { subject, distances } = report;
  return writePages(folder, {
    title: subject.title,
    blocks: [
      ...provenanceSection(subject),
      paragraph("The paper's BERT was pre-trained with GELU. With another activation in its feed-forward blocks 8 of 11 fine-tuned models predict one class, the most frequent one, for every sentence. Is it the activation, or the change?"),
      ...answersSection(report, outcomes),
      ...distanceSection(subject, distances),
      ...outcomeSection(subject, distances, outcomes),
      ...runsSection(report),
      ...configurationSection(subject),
    ],
    tables: { distances: distanceTable(distances, 6), outcomes: outcomeTable(distances, outcomes), ...Object.fromEntries(report.arms.filter(({ rows }) => rows.length > 0).map((arm) => [`runs-${arm.arm.replaceAll(' ', '-')}`, runTable(subject, arm)])) },
  });
}

/** Distances by layer: of each block alone, and behind the last layer with all blocks changed. */
export function distanceTable({ activations }: Distances, digits: number): Table {
  const layers = activations[0]?.layers.map((_, i) => i) ?? [];
  return {
    header: ['activation', ...layers.map((i) => `block ${i + 1} alone`), 'mean', 'all blocks: last layer'],
    rows: activations.map(({ activation, layers: at }) => [
      activation, ...at.map(({ feedForward }) => fixed(feedForward, digits)), fixed(at.reduce((sum, { feedForward }) => sum + feedForward, 0) / at.length, digits), fixed(at.at(-1)?.output, digits),
    ]),
  };
}

/** Accuracies beside distances. */
export function outcomeTable(distances: Distances, outcomes: readonly Outcome[]): Table {
  const arms = ARMS.filter((arm) => outcomes.some((outcome) => outcome.arm === arm));
  const row = (activation: string): string[] => [
    activation, fixed(meanDistance(distances, activation), 3),
    ...arms.flatMap((arm) => {
      const found = outcomeOf(outcomes, arm, activation);
      return found ? [accuracyText(found), `${found.learned} / ${found.constant} of ${found.seeds}`] : ['-', '-'];
    }),
  ];
  const activations = [...new Set(outcomes.filter(({ arm }) => arms.includes(arm)).map(({ activation }) => activation))];
  const floor = outcomeOf(outcomes, 'not pre-trained', BASELINE);
  return {
    header: ['activation', 'distance', ...arms.flatMap((arm) => [`${arm}: dev accuracy %`, 'learned / constant'])],
    rows: [
      ['(majority class)', '-', ...arms.flatMap(() => [fixed(outcomes[0]?.majority, 2), '-'])],
      ...(floor ? [[`(${BASELINE}, not pre-trained)`, '-', accuracyText(floor), `${floor.learned} / ${floor.constant} of ${floor.seeds}`, ...arms.slice(1).flatMap(() => ['-', '-'])]] : []),
      ...activations.map(row),
    ],
  };
}

function accuracyText({ accuracy, deviation }: Outcome): string {
  return Number.isNaN(deviation) ? fixed(accuracy, 2) : `${fixed(accuracy, 2)} ± ${fixed(deviation, 2)}`;
}

/** What the numbers answer, in a line a question. */
export function answers({ questions, distances, arms }: Pick<PuzzleReport, 'questions' | 'distances' | 'arms'>, outcomes: readonly Outcome[] = outcomesOf(arms)): string[] {
  const of = (arm: ArmName, activation: string) => outcomeOf(outcomes, arm, activation);
  const percent = (outcome: Outcome | undefined) => (outcome ? `${accuracyText(outcome)} %` : 'not finished');
  const lines: string[] = [];
  const changed = outcomes.filter(({ arm, activation }) => arm === 'direct' && activation !== BASELINE);
  if (changed.length > 0) {
    const floor = of('not pre-trained', BASELINE);
    const lost = floor ? changed.filter(({ accuracy }) => accuracy <= floor.accuracy) : [];
    lines.push(
      `The change: with GELU kept ${percent(of('direct', BASELINE))}${floor ? `, without pre-training ${percent(floor)}` : ''}. Of ${changed.length} other activations ${changed.filter(({ constant, seeds }) => constant === seeds).length} predict one class with every seed, ` +
        `${changed.filter(({ learned, seeds }) => learned === seeds).length} exceed the majority class with every seed${floor ? `, and ${lost.length === 0 ? 'none is' : `${lost.map(({ activation }) => activation).join(', ')} ${lost.length === 1 ? 'is' : 'are'}`} no better than a network that was not pre-trained` : ''}.`,
    );
  }
  if (questions.includes('distance')) {
    const sorted = distances.activations.filter(({ activation }) => activation !== BASELINE).map(({ activation }) => ({ activation, distance: meanDistance(distances, activation) })).sort((a, b) => a.distance - b.distance);
    const [nearest, farthest] = [sorted[0], sorted.at(-1)];
    const correlation = rankCorrelation(distances, outcomes, 'direct');
    const relation = outcomes.length === 0 ? 'Nothing was trained.' : correlation ? `Rank correlation of distance and accuracy over ${correlation.count} activations: ${signed(correlation.value, 2)}.` : '';
    if (nearest && farthest) lines.push(`Distance: nearest to GELU is ${nearest.activation} (${fixed(nearest.distance, 3)}), farthest ${farthest.activation} (${fixed(farthest.distance, 3)}). ${relation}`.trim());
  }
  if (questions.includes('swish')) {
    lines.push(`Swish: with beta 1 ${percent(of('direct', 'silu'))}, with beta 1.702 ${percent(of('direct', GELU_LIKE_SWISH))}, GELU ${percent(of('direct', BASELINE))}; distances ${fixed(meanDistance(distances, 'silu'), 3)} and ${fixed(meanDistance(distances, GELU_LIKE_SWISH), 3)}.`);
  }
  for (const arm of ARMS.slice(1)) if (outcomes.some((outcome) => outcome.arm === arm)) lines.push(remedy(arm, outcomes));
  return lines;
}

/** What an arm changes, over the activations that both have but for GELU. */
function remedy(arm: ArmName, outcomes: readonly Outcome[]): string {
  const pairs = outcomes.flatMap((outcome) => {
    const before = outcome.arm === arm && outcome.activation !== BASELINE ? outcomeOf(outcomes, 'direct', outcome.activation) : undefined;
    return before ? [{ activation: outcome.activation, gain: outcome.accuracy - before.accuracy, before, after: outcome }] : [];
  });
  const all = (side: 'before' | 'after') => pairs.filter((pair) => pair[side].learned === pair[side].seeds).length;
  const largest = pairs.reduce((best, pair) => (Math.abs(pair.gain) > Math.abs(best.gain) ? pair : best), pairs[0] as (typeof pairs)[number]);
  const mean = pairs.reduce((sum, { gain }) => sum + gain, 0) / pairs.length;
  return `${arm === 'warm-up' ? 'Warm-up' : 'Gradual change'}: exceeding the majority class with every seed ${all('after')} of ${pairs.length} activations, ${all('before')} without; accuracy ${signed(mean, 2)} points in the mean, ${signed(largest.gain, 2)} at most (${largest.activation}).`;
}

function answersSection(report: PuzzleReport, outcomes: readonly Outcome[]): Content[] {
  const lines = answers(report, outcomes);
  return lines.length === 0 ? [] : [heading('Answers'), { kind: 'list', items: lines }];
}

function distanceSection(subject: ReportSubject, distances: Distances): Content[] {
  const figure = distanceFigure(subject, distances);
  return [
    heading('Distance from GELU before training'),
    paragraph(
      `On ${distances.sentences} validation sentences (${distances.tokens} tokens), all weights as pre-trained: the norm of the difference to what GELU gives, over the norm of what GELU gives. "block alone": the feed-forward output W2 f(W1 x + b1) + b2, ` +
        'the activation changed in that block alone; "all blocks": the output of the last layer. 1 is as far as an output of zeros. Gated activations have new output matrices, which alone put them this far.',
    ),
    { kind: 'table', ...distanceTable(distances, 3) },
    chart(figure),
    subheading('What the activation gets'),
    paragraph('Mean and standard deviation of W1 x + b1 over tokens and units, in the network with GELU.'),
    { kind: 'table', header: ['layer', 'mean', 'deviation'], rows: distances.preactivations.map(({ mean, deviation }, i) => [String(i + 1), signed(mean, 3), fixed(deviation, 3)]) },
  ];
}

/** Distances over the layers. GELU's, 0, has no place on a logarithmic axis. */
function distanceFigure(subject: ReportSubject, { activations }: Distances): Figure {
  const title = 'Distance from GELU by layer, before training';
  const points = activations.flatMap(({ activation, layers }) =>
    layers.flatMap(({ feedForward, output }, i): Point[] => [
      { activation, layer: i + 1, panel: 'feed-forward output, this block alone', value: feedForward > 0 ? feedForward : null },
      { activation, layer: i + 1, panel: 'output of the layer, all blocks', value: output > 0 ? output : null },
    ]),
  );
  const shown = points.filter(({ activation }) => activation !== BASELINE).sort((a, b) => String(a['panel']).localeCompare(String(b['panel'])));
  return {
    name: 'distances', title,
    specification: curveChart({ title, subtitle: provenance(subject), points: shown, x: { field: 'layer', title: 'layer' }, y: { field: 'value', title: 'relative distance', logarithmic: true }, color: 'activation', panel: 'panel', columns: 2, ownAxes: true }),
  };
}

function outcomeSection(subject: ReportSubject, distances: Distances, outcomes: readonly Outcome[]): Content[] {
  if (outcomes.length === 0) return [];
  const kinds = ARMS.filter((arm) => outcomes.some((outcome) => outcome.arm === arm));
  const title = 'Dev accuracy after fine-tuning, mean over seeds';
  const points: DotRow[] = outcomes.filter(({ arm }) => kinds.includes(arm)).map(({ activation, arm, accuracy }) => ({ label: activation, panel: '', kind: arm, value: accuracy }));
  return [
    heading('After fine-tuning'),
    paragraph('direct: the activation is there from the first step, the learning rate constant; warm-up: the rate rises first; gradual: GELU turns into the activation while it trains. "distance": of the feed-forward outputs, mean over the layers.'),
    { kind: 'table', ...outcomeTable(distances, outcomes) },
    paragraph(`Counts of runs that learned and that are constant. ${LEARNED_RULE}`),
    chart({ name: 'accuracies', title, specification: dotChart(title, provenance(subject), kinds, points) }),
  ];
}

function runTable(subject: ReportSubject, { rows }: ArmRows): Table {
  // The paper's scores belong to another network.
  return bertResultTable({ ...subject, rows, synthetic: true });
}

function runsSection({ subject, arms }: PuzzleReport): Content[] {
  const shown = arms.filter(({ rows }) => rows.length > 0);
  return shown.length === 0 ? [] : [heading('Runs'), ...shown.flatMap((arm): Content[] => [subheading(arm.arm), { kind: 'table', ...runTable(subject, arm) }])];
}
