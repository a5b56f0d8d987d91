import { foreignOptions, type ClassificationConfig } from '../classification/config';
import { folderOf, type RunTask } from '../classification/execute';
import type { ReportRow, ReportSubject } from '../classification/report/rows';
import { comparability, reportSubject, type ReportedPart } from '../classification/report_subject';
import type { TrainedPart } from '../classification/part_plan';
import { readShapes, recordedEpochs, type SiteShapes } from '../classification/shape_record';

/** The shapes of one run, before training and after each epoch. */
export interface RunShapes {
  readonly row: ReportRow;
  readonly epochs: readonly { readonly epoch: number; readonly sites: SiteShapes }[];
}

/** The runs of one network of an experiment with APL, as its report shows them. */
export interface AplReport {
  readonly experiment: string;
  /** Convolutions, where the experiment is by depth. */
  readonly depth: number | null;
  readonly config: ClassificationConfig;
  /** For what all experiments show; never compared with the paper there, whose section 5 has tables of its own. */
  readonly subject: ReportSubject;
  /** Whether the authors' numbers may stand beside ours. */
  readonly comparable: ReportSubject['comparable'];
  readonly shapes: readonly RunShapes[];
}

/** The finished runs of a part. `whole` is its configuration before it was taken apart by depth. */
export function aplReport(part: ReportedPart, trained: TrainedPart, whole: ClassificationConfig): AplReport {
  const { subject, config } = part;
  const byDepth = subject.model === 'apl-net';
  const foreign: readonly string[] = foreignOptions(subject.model);
  const report = reportSubject(part, trained);
  return {
    experiment: subject.experiment,
    depth: byDepth ? (config.depths[0] ?? null) : null,
    config,
    subject: { ...report, comparable: 'no', config: Object.fromEntries(Object.entries(config).filter(([name]) => !foreign.includes(name))) },
    comparable: comparability({ ...part, config: whole }),
    shapes: report.rows.flatMap((row) => {
      const task = trained.results.find(({ plan }) => plan.id === row.runId);
      const epochs = task ? shapesOf(task) : [];
      return epochs.length > 0 ? [{ row, epochs }] : [];
    }),
  };
}

/** The recorded shapes of a run. */
export function shapesOf(task: RunTask): RunShapes['epochs'] {
  const { folder } = folderOf(task);
  return recordedEpochs(folder).map((epoch) => ({ epoch, sites: readShapes(folder, epoch) }));
}
