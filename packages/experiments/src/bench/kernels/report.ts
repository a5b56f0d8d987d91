import { show } from '../../config/fields';
import type { Block } from '../../report/html';
import type { Pages } from '../../report/pages';
import type { Table } from '../../report/table';
import { benchFigures } from './figures';
import { checkGoals, type GoalResult } from './goals';
import type { BenchKernelsConfig, Direction } from './options';
import { ARMS, type ArmName, type BenchRow } from './rows';
import { scalingTable } from './scaling';
import { rowTable, speedTable } from './tables';

export interface BenchSubject {
  readonly config: BenchKernelsConfig;
  readonly command: string;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly rows: readonly BenchRow[];
  /** Arms that do not compute what the others do. */
  readonly disagreements: readonly string[];
}

const HEADINGS: Readonly<Record<Direction, string>> = {
  forward: 'Forward pass',
  backward: 'Gradient alone',
  both: 'Forward pass and gradient',
};

/** The goals as a table. */
export function goalTable(goals: readonly GoalResult[]): Table {
  return {
    header: ['goal', 'met', 'worst', 'misses'],
    rows: goals.map(({ goal, met, worst, misses }) => [goal, met ? 'yes' : 'no', worst, misses.length === 0 ? '' : `${misses.length}: ${misses.slice(0, 8).join(', ')}${misses.length > 8 ? ', ...' : ''}`]),
  };
}

/** What threads bring, where several numbers of them were measured. */
function threadBlocks(rows: readonly BenchRow[]): Block[] {
  const table = scalingTable(rows);
  if (table.rows.length === 0) return [];
  return [
    { kind: 'heading', text: 'Threads' },
    { kind: 'paragraph', text: 'Functions on typed arrays with several threads beside one. linear copies x: what memory alone allows.' },
    { kind: 'table', ...table },
  ];
}

/** The report of a benchmark. */
export function benchPages(subject: BenchSubject): Pages {
  const { rows, config, environment } = subject;
  const arms = [...new Set(rows.map(({ arm }) => arm))];
  const goals = checkGoals(rows);
  const blocks: Block[] = [
    { kind: 'paragraph', text: 'Nanoseconds of one element of x: the median of the samples. The arms take turns, round after round, on the same values; ratios are medians over the rounds of the ratio within a round. GB/s: the bytes that have to move, each operand once, by that time.' },
    { kind: 'paragraph', text: config.memory === 'reused'
      ? 'Memory: the C library keeps what is freed, for every arm and every library alike, so that results lie on pages that were used before. With --memory=usual the results of large operations lie on fresh pages, which costs about 1.5 ns an element of each result.'
      : "Memory: the C library's usual behaviour. Results of large operations lie on fresh pages, which costs about 1.5 ns an element of each result; the column pageFaultsPerCall of the rows counts them." },
    { kind: 'list', items: arms.map((arm: ArmName) => `${arm}: ${ARMS[arm]}`) },
    ...subject.disagreements.map((text): Block => ({ kind: 'warning', text: `Arms disagree: ${text}` })),
    { kind: 'heading', text: 'Goals' },
    { kind: 'table', ...goalTable(goals) },
    ...config.directions.flatMap((direction): Block[] => [{ kind: 'heading', text: HEADINGS[direction] }, { kind: 'table', ...speedTable(rows, direction) }]),
    ...threadBlocks(rows),
    { kind: 'heading', text: 'Configuration' },
    { kind: 'paragraph', text: subject.command },
    { kind: 'list', items: Object.entries(config).map(([key, value]) => `${key}: ${show(value)}`) },
    { kind: 'heading', text: 'Environment' },
    { kind: 'list', items: Object.entries(environment).map(([key, value]) => `${key}: ${show(value)}`) },
  ];
  const subtitle = `${show(environment['cpu'])}, memory ${config.memory}`;
  return { title: 'Activation kernels', blocks, figures: benchFigures(rows, subtitle), tables: { rows: rowTable(rows) } };
}
