import * as path from 'node:path';
import { figureSections, paperSections, provenanceSection, resultSection, statisticsSections, timesSection } from '../classification/report/sections';
import { epochTable, gradientTable, resultTable } from '../classification/report/result_table';
import { show } from '../config/fields';
import type { Content } from '../report/pages';
import { writePages } from '../report/pages';
import type { Table } from '../report/table';
import { claimsPage } from './claims';
import { Evidence, type PartEvidence } from './evidence';

/** The folder of the page of claims, in that of the report. */
export const CLAIMS = 'claims';

/** Figures of several experiments lie in one folder, so their names carry the part. */
function named(prefix: string, content: readonly Content[]): Content[] {
  return content.map((block) => (block.kind === 'chart' ? { ...block, figure: { ...block.figure, name: `${prefix}-${block.figure.name}` } } : block));
}

/** What a part's own page shows below its heading. */
export function partContent(evidence: PartEvidence): Content[] {
  const { subject, section } = evidence;
  const content = subject.rows.length === 0 ? [] : [...resultSection(subject), ...statisticsSections(subject), ...paperSections(subject), ...timesSection(subject), ...figureSections(subject)];
  // One level down: the part's own heading is above.
  const lowered = content.map((block): Content => (block.kind === 'heading' ? { kind: 'subheading', text: block.text } : block));
  return named(section, [...provenanceSection(subject), ...lowered]);
}

/** The runs of every part, one line each. */
export function overviewTable(parts: readonly PartEvidence[]): Table {
  return {
    header: ['part', 'experiment', 'preset', 'runs finished', 'not finished', 'hours of training'],
    rows: parts.map(({ section, subject }) => [
      section, subject.experiment, subject.preset, String(subject.rows.length), String(subject.missing.length),
      (subject.rows.reduce((sum, { result }) => sum + result.seconds, 0) / 3600).toFixed(2),
    ]),
  };
}

/**
 * Writes the report of the whole list: an overview, what the paper claims and what the runs show, and every part with its tables
 * and figures; all numbers as CSV.
 */
export async function writePaperReport(folder: string, parts: readonly PartEvidence[], environment: Readonly<Record<string, unknown>>): Promise<void> {
  const evidence = new Evidence(parts);
  const synthetic = parts.some(({ subject }) => subject.synthetic);
  const warning: Content[] = synthetic ? [{ kind: 'warning', text: 'Procedural images and a few steps: this shows that everything works. No number here says anything about an activation or about the paper.' }] : [];
  await writePages(folder, {
    title: 'An In-depth Study of Activation Functions: the CNN and ResNet-50, run for run',
    blocks: [
      ...warning,
      { kind: 'heading', text: 'Runs' },
      { kind: 'table', ...overviewTable(parts) },
      ...parts.flatMap((part): Content[] => [{ kind: 'heading', text: `${part.subject.title}: ${part.section}` }, ...partContent(part)]),
      { kind: 'heading', text: 'Environment of this report' },
      { kind: 'list', items: Object.entries(environment).map(([key, value]) => `${key}: ${show(value)}`) },
    ],
    tables: Object.fromEntries(parts.filter(({ subject }) => subject.rows.length > 0).flatMap((part) => [
      [`${part.section}-results`, resultTable(part.subject)] as const,
      [`${part.section}-epochs`, epochTable(part.subject)] as const,
      [`${part.section}-gradients`, gradientTable(part.subject)] as const,
    ])),
  });
  await writePages(path.join(folder, CLAIMS), { title: 'What the paper claims, what we find', blocks: [...warning, ...claimsPage(evidence)], tables: {} });
}
