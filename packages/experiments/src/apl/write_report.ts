import { configurationSection, figureSections, provenanceSection, resultSection, statisticsSections } from '../classification/report/sections';
import { epochTable, gradientTable, resultTable } from '../classification/report/result_table';
import { writePages, type Content } from '../report/pages';
import { compareSections } from './compare_sections';
import { depthSections } from './depth_sections';
import type { AplReport } from './report_subject';
import { heading } from './sections';
import { segmentsSections } from './segments_sections';
import { hingeTable, populationTable, shapesSections } from './shapes_sections';

/** What an experiment asks, after its runs and before their curves. */
const OWN: Readonly<Record<string, (reports: readonly AplReport[]) => Content[]>> = {
  'apl-segments': ([report]) => (report ? segmentsSections(report) : []),
  'apl-compare': ([report]) => (report ? [...compareSections(report), ...shapesSections(report, false)] : []),
  'apl-shapes': ([report]) => (report ? shapesSections(report, true) : []),
  'apl-depth': (reports) => depthSections(reports),
};

/**
 * Writes report.md, report.html (self-contained), figures/ (SVG, PNG) and the numbers as CSV.
 * @param reports one, or one for each depth
 * @throws StorageError where it cannot be written
 */
export async function writeAplReport(folder: string, title: string, reports: readonly AplReport[]): Promise<void> {
  const [first] = reports;
  if (!first) return;
  const several = reports.length > 1;
  const bySubject = (sections: (report: AplReport) => Content[]): Content[] =>
    reports.flatMap((report) => (several ? lowered(`${String(report.depth)} convolutions`, named(`depth${String(report.depth)}-`, sections(report))) : sections(report)));
  await writePages(folder, {
    title,
    blocks: [
      ...provenanceSection({ ...first.subject, missing: reports.flatMap(({ subject }) => subject.missing) }),
      ...bySubject(({ subject }) => [...resultSection(subject), ...statisticsSections(subject)]),
      ...(OWN[first.experiment]?.(reports) ?? []),
      ...bySubject(({ subject }) => figureSections(subject)),
      ...configurationSection({ ...first.subject, config: { ...first.subject.config, ...(several && { depths: reports.map(({ depth }) => depth) }) } }),
    ],
    tables: Object.fromEntries(
      reports.flatMap((report) => {
        const prefix = several ? `depth${String(report.depth)}-` : '';
        const shapes = report.shapes.length > 0 ? { [`${prefix}shapes`]: populationTable(report), [`${prefix}hinges`]: hingeTable(report) } : {};
        return Object.entries({ [`${prefix}results`]: resultTable(report.subject), [`${prefix}epochs`]: epochTable(report.subject), [`${prefix}gradients`]: gradientTable(report.subject), ...shapes });
      }),
    ),
  });
}

/** Under a heading of their own, one level down. */
function lowered(title: string, content: readonly Content[]): Content[] {
  if (content.length === 0) return [];
  return [heading(title), ...content.map((block): Content => (block.kind === 'heading' ? { kind: 'subheading', text: block.text } : block))];
}

/** Figures of several networks lie in one folder, so their names say of which they are. */
function named(prefix: string, content: readonly Content[]): Content[] {
  return content.map((block) => (block.kind === 'chart' ? { ...block, figure: { ...block.figure, name: prefix + block.figure.name } } : block));
}
