import { writePages } from '../../report/pages';
import { epochTable, gradientTable, resultTable } from './result_table';
import type { ReportSubject } from './rows';
import { configurationSection, figureSections, paperSections, provenanceSection, resultSection, statisticsSections, timesSection } from './sections';

/**
 * Writes report.md, report.html (self-contained), figures/ (SVG, PNG) and the numbers as CSV.
 * @param folder made anew, so that no figure of an earlier report stays
 * @throws StorageError where it cannot be written
 */
export function writeReport(folder: string, subject: ReportSubject): Promise<void> {
  return writePages(folder, {
    title: subject.title,
    blocks: [
      ...provenanceSection(subject), ...resultSection(subject), ...statisticsSections(subject), ...paperSections(subject), ...timesSection(subject), ...figureSections(subject),
      ...configurationSection(subject),
    ],
    tables: { results: resultTable(subject), epochs: epochTable(subject), gradients: gradientTable(subject) },
  });
}
