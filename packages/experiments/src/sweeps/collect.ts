import * as path from 'node:path';
import { show } from '../config/fields';
import { fixed } from '../report/numbers';
import { writePages } from '../report/pages';
import { csvTable, type Table } from '../report/table';
import { makeDirectory, writeFileAtomic } from '../runs/atomic';
import { flatten } from '../runs/kept_run';
import { meanAndDeviation } from '../stats/summary';
import type { Values } from './definition';
import { writeParquet, type Cell, type Columns } from './parquet';
import { sweepStatus } from './status';
import type { ItemResult, SweepFolder } from './sweep_folder';
import { describeValues } from './task';

/** What was collected. */
export interface Collected {
  /** One row a run. */
  readonly rows: number;
  readonly items: number;
  readonly files: readonly string[];
}

/** Options that tell repetitions of one setting from each other. */
const REPETITION = ['seed', 'seeds'];
/** Settings that the report lists. */
const LISTED = 200;

/**
 * Writes the results of the items that are finished: one table with a row a run, and a report. Each item counts once, however
 * often it was started.
 *
 * @param format of the table
 * @param metric number of the results that the report compares settings by
 */
export async function collect(folder: SweepFolder, output: string, format: 'parquet' | 'csv', metric: string): Promise<Collected> {
  const results = folder.marked('done').flatMap((index) => folder.result(index) ?? []);
  makeDirectory(output);
  const columns = columnsOf(results);
  const table = path.join(output, `results.${format}`);
  if (format === 'parquet') await writeParquet(table, columns);
  else writeFileAtomic(table, csvTable(asTable(columns)));
  await writeReport(folder, output, results, metric);
  return { rows: columns['item']?.length ?? 0, items: results.length, files: [table, path.join(output, 'report.html')] };
}

/** A row a run: its item, what the item varies, all that the run depends on, and what it found. */
export function columnsOf(results: readonly ItemResult[]): Columns {
  const rows = results.flatMap(({ index, values, seconds, runs }) =>
    runs.map(({ id, config, result }): Record<string, Cell> => ({
      item: index,
      run: id,
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`option.${name}`, cellOf(value)])),
      itemSeconds: seconds,
      ...flatten(config, 'config.'),
      ...flatten(result, 'result.'),
    })),
  );
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name] ?? null)]));
}

function cellOf(value: Values[string]): Cell {
  // A list of one is what a grid makes of one value.
  const single = Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value;
  return single === null || typeof single !== 'object' ? single : show(single);
}

function asTable(columns: Columns): Table {
  const names = Object.keys(columns);
  const rows = columns[names[0] ?? ''] ?? [];
  return { header: names, rows: rows.map((_, i) => names.map((name) => String(columns[name]?.[i] ?? ''))) };
}

/** Mean and spread of the metric by setting, best first as the sweep's halving has it, else greatest first. */
async function writeReport(folder: SweepFolder, output: string, results: readonly ItemResult[], metric: string): Promise<void> {
  const { name, experiment, preset, halving } = folder.sweep;
  const settings = new Map<string, { values: Values; scores: number[]; runs: number }>();
  for (const { values, runs } of results) {
    const kept = Object.fromEntries(Object.entries(values).filter(([option]) => !REPETITION.includes(option)));
    const key = describeValues(kept);
    const setting = settings.get(key) ?? { values: kept, scores: [], runs: 0 };
    settings.set(key, setting);
    for (const { result } of runs) {
      const score = flatten(result)[metric];
      setting.runs += 1;
      if (typeof score === 'number') setting.scores.push(score);
    }
  }
  const sign = halving?.metric === metric && halving.goal === 'least' ? 1 : -1;
  const summaries = [...settings.values()]
    .map((setting) => ({ ...setting, summary: setting.scores.length > 0 ? meanAndDeviation(setting.scores) : undefined }))
    .sort((a, b) => (a.summary && b.summary ? sign * (a.summary.mean - b.summary.mean) : Number(a.summary === undefined) - Number(b.summary === undefined)));
  const options = [...new Set(summaries.flatMap(({ values }) => Object.keys(values)))];
  const settingTable: Table = {
    header: [...options, 'runs', `${metric}, mean`, 'standard deviation'],
    rows: summaries.map(({ values, runs, summary }) => [...options.map((option) => (option in values ? String(cellOf(values[option] ?? null) ?? 'none') : '')), String(runs), fixed(summary?.mean, 4), fixed(summary?.deviation, 4)]),
  };
  const status = sweepStatus(folder);
  const failures: Table = { header: ['item', 'options', 'end', 'last line'], rows: status.failures.map(({ index, values, end, lines }) => [String(index), describeValues(values), end, lines.at(-1) ?? '']) };
  await writePages(output, {
    title: `Sweep ${name}`,
    blocks: [
      { kind: 'paragraph', text: `${experiment}, preset ${preset}: ${status.done} of ${status.items} items finished, ${status.failed} failed, ${status.items - status.done - status.failed} not finished.` },
      ...(status.done < status.items ? [{ kind: 'warning' as const, text: 'The sweep is not complete; means are over what is there.' }] : []),
      { kind: 'heading', text: 'Settings' },
      { kind: 'table', ...settingTable, rows: settingTable.rows.slice(0, LISTED) },
      ...(settingTable.rows.length > LISTED ? [{ kind: 'paragraph' as const, text: `The first ${LISTED} of ${settingTable.rows.length}; settings.csv has all.` }] : []),
      ...(status.failures.length > 0 ? [{ kind: 'heading' as const, text: 'Failed' }, { kind: 'table' as const, ...failures }] : []),
    ],
    tables: { settings: settingTable },
  });
}
