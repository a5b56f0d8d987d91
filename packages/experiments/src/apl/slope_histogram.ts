import { leftSlopes } from 'cuda-activations';
import { provenance } from '../classification/report/rows';
import type { Figure } from '../report/figures';
import type { AplReport, RunShapes } from './report_subject';

/** How the slopes on the left and the places of the hinges are distributed, before training and at its end, a row for each site. */
export function slopeHistogram(report: AplReport, { row, epochs }: RunShapes): Figure {
  const values = [...new Set([epochs[0], epochs.at(-1)])].flatMap((recorded) =>
    Object.entries(recorded?.sites ?? {}).flatMap(([site, shapes]) => [
      ...Array.from(leftSlopes(shapes), (value) => ({ site, epoch: `epoch ${String(recorded?.epoch)}`, quantity: 'slope on the left', value })),
      ...Array.from(shapes.b, (value) => ({ site, epoch: `epoch ${String(recorded?.epoch)}`, quantity: 'place of a hinge', value })),
    ]),
  );
  const title = `Slopes and hinges of all units, ${row.activation}, seed ${row.seed}`;
  return {
    name: 'distributions',
    title,
    specification: {
      title: { text: title, subtitle: provenance(report.subject) },
      data: { values },
      facet: { row: { field: 'site', type: 'nominal', title: null }, column: { field: 'quantity', type: 'nominal', title: null } },
      spec: {
        width: 240,
        height: 110,
        mark: { type: 'bar', opacity: 0.6 },
        encoding: {
          x: { field: 'value', bin: { maxbins: 40 }, type: 'quantitative', title: null },
          y: { aggregate: 'count', type: 'quantitative', stack: null, title: 'count' },
          color: { field: 'epoch', type: 'nominal', sort: null, title: null },
        },
      },
      resolve: { scale: { x: 'independent', y: 'independent' } },
    },
  };
}
