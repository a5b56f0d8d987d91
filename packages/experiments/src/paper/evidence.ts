import type { ReportRow, ReportSubject } from '../classification/report/rows';
import { unmoved } from '../classification/report/rows';
import type { PartName } from './parts';

/** What the runs of a part gave. */
export interface PartEvidence {
  readonly part: PartName;
  /** Its name in the report. */
  readonly section: string;
  readonly subject: ReportSubject;
}

/** The finished runs of the whole list, as claims look at them. */
export class Evidence {
  constructor(readonly parts: readonly PartEvidence[]) {}

  /** Runs of the authors' protocol on their images, to their end, of an experiment (with one optimiser). */
  faithful(experiment: string, optimizer?: string): readonly ReportRow[] {
    return unmoved({ rows: this.#rows(experiment, ({ comparable }) => comparable === 'whole') }).filter((row) => optimizer === undefined || row.optimizer === optimizer);
  }

  /** The corrected runs of an experiment, on the real images. */
  corrected(experiment: string): readonly ReportRow[] {
    return this.#rows(experiment, ({ preset, synthetic }) => preset === 'corrected' && !synthetic);
  }

  /** Runs of the authors' protocol with their moved copies: by its rule of stopping (`whole`), or of a stated number of epochs. */
  copies(experiment: string, length: 'whole' | 'first epochs'): readonly ReportRow[] {
    return this.#rows(experiment, ({ comparable, rows }) => comparable === length && rows.some(({ perturbation }) => perturbation !== 0));
  }

  /** Parts may share runs. */
  #rows(experiment: string, wanted: (subject: ReportSubject) => boolean): readonly ReportRow[] {
    const rows = this.parts.flatMap(({ subject }) => (subject.experiment === experiment && wanted(subject) ? subject.rows : []));
    return [...new Map(rows.map((row) => [row.runId, row])).values()];
  }
}
