import file from './authors_apl.json';

/** Where the numbers are from. */
export const AUTHORS_APL_SOURCE = file.source;

/** Table 21: the authors' test accuracy (percent) by the number of epochs that their one network with S = 1 was trained, and the S that they print. */
export const AUTHORS_SEGMENTS = file.segments.epochs.map((epoch, i) => ({ epoch, printedAs: file.segments.printedAs[i] ?? NaN, testAccuracy: file.segments.testAccuracy[i] ?? NaN }));

/** One epoch of the authors' log: losses in nats, accuracy in percent. */
export interface AuthorsAplEpoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
}

/** The log behind Table 22 by the activation's label; undefined where they made no run. ReLU's is of a network that had been trained before. */
export function authorsAplCurve(activation: string): readonly AuthorsAplEpoch[] | undefined {
  const columns = (file.compare.curves as Readonly<Record<string, readonly (readonly number[])[]>>)[activation];
  return columns?.[0]?.map((trainLoss, i) => ({ epoch: i + 1, trainLoss, testLoss: columns[1]?.[i] ?? NaN, testAccuracy: columns[2]?.[i] ?? NaN }));
}

/** Seconds an epoch on the authors' machine, bound by their data loader. */
export const AUTHORS_APL_SECONDS: Readonly<Record<string, number>> = file.compare.secondsPerEpoch;

/** Training and test accuracy (percent) that figures 15 to 17 show at an epoch; undefined where they show none. */
export function authorsDepth(depth: number, activation: string, epoch: number): { readonly train: number; readonly test: number } | undefined {
  const byActivation = (file.depth.accuracy as Readonly<Record<string, Readonly<Record<string, readonly (readonly number[])[]>>>>)[String(depth)];
  const [train, test] = byActivation?.[activation]?.[file.depth.epochs.indexOf(epoch)] ?? [];
  return train === undefined || test === undefined ? undefined : { train, test };
}

/** The authors' saved hinges of one site, one entry an epoch from 0. */
export interface AuthorsShapes {
  readonly units: number;
  /** Share of units whose slope on the left is below 0. */
  readonly vShare: readonly number[];
  readonly meanLeftSlope: readonly number[];
  readonly leftSlopeDeviation: readonly number[];
  readonly aDeviation: readonly number[];
  readonly bDeviation: readonly number[];
  /** Of the first unit, the one that figure 14 draws. */
  readonly firstA: readonly (readonly number[])[];
  readonly firstB: readonly (readonly number[])[];
}

/** By the name of the site. */
export const AUTHORS_SHAPES: Readonly<Record<string, AuthorsShapes>> = file.shapes.sites;
