import { show } from '../config/fields';
import { figuresOf } from './figures';
import type { Block } from './html';
import { writePages } from './pages';
import { PAPER_SOURCE } from '../reference/paper';
import { provenance, type ReportSubject } from './rows';
import { epochTable, gradientTable, resultTable } from './table';

/**
 * Writes report.md, report.html (self-contained), figures/ (SVG, PNG) and the numbers as CSV.
 * @param folder made anew, so that no figure of an earlier report stays
 * @throws StorageError where it cannot be written
 */
export function writeReport(folder: string, subject: ReportSubject): Promise<void> {
  return writePages(folder, {
    title: subject.title,
    blocks: textBlocks(subject),
    figures: figuresOf(subject),
    tables: { results: resultTable(subject), epochs: epochTable(subject), gradients: gradientTable(subject) },
  });
}

function textBlocks(subject: ReportSubject): Block[] {
  const blocks: Block[] = [{ kind: 'paragraph', text: provenance(subject) }];
  if (subject.synthetic) {
    blocks.push({
      kind: 'warning',
      text: 'These images are drawn by a program, because the real ones were not at hand or were not asked for. The accuracies say nothing about the real data set and must not be compared with the paper.',
    });
  }
  for (const text of subject.notes) blocks.push({ kind: 'warning', text });
  if (subject.missing.length > 0) blocks.push({ kind: 'warning', text: `Not finished yet: ${subject.missing.join(', ')}` });
  blocks.push({ kind: 'heading', text: 'Results' }, { kind: 'table', ...resultTable(subject) });
  const { header } = resultTable(subject);
  if (header.includes('ms/step fused')) {
    blocks.push({
      kind: 'paragraph',
      text: "ms/step: median of one training step with this project's activation kernels (fused) and with TensorFlow.js's own (stock), everything else equal, measured alternately in one process.",
    });
  }
  if (header.includes('verdict')) blocks.push({ kind: 'paragraph', text: `Paper: ${PAPER_SOURCE} The verdict compares the test accuracy with the stated tolerance.` });
  blocks.push(
    { kind: 'heading', text: 'Configuration' },
    { kind: 'list', items: Object.entries(subject.config).map(([key, value]) => `${key}: ${show(value)}`) },
    { kind: 'heading', text: 'Environment' },
    { kind: 'list', items: Object.entries(subject.environment).map(([key, value]) => `${key}: ${show(value)}`) },
  );
  return blocks;
}
