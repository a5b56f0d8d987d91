import { leftSlopes, type AplShapes } from 'cuda-activations';
import * as statistics from 'simple-statistics';

/** What the units of one site have learned, taken together. */
export interface Population {
  readonly units: number;
  /** Share of units whose slope on the left is below 0. */
  readonly vShare: number;
  readonly meanLeftSlope: number;
  /** Sample deviation; NaN for one unit. */
  readonly leftSlopeDeviation: number;
  readonly aDeviation: number;
  readonly bDeviation: number;
  /** Quantiles 0.05, 0.25, 0.5, 0.75, 0.95 of the places of all hinges. */
  readonly hingeQuantiles: readonly number[];
}

/** Which quantiles of the hinges' places are taken. */
export const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

const deviation = (values: readonly number[]): number => (values.length > 1 ? statistics.sampleStandardDeviation(values) : NaN);

/** @param shapes of one site */
export function populationOf(shapes: AplShapes): Population {
  const slopes = Array.from(leftSlopes(shapes));
  const places = Array.from(shapes.b);
  return {
    units: shapes.units,
    vShare: slopes.filter((slope) => slope < 0).length / slopes.length,
    meanLeftSlope: statistics.mean(slopes),
    leftSlopeDeviation: deviation(slopes),
    aDeviation: deviation(Array.from(shapes.a)),
    bDeviation: deviation(places),
    hingeQuantiles: QUANTILES.map((share) => statistics.quantile(places, share)),
  };
}
