/** The networks that are measured: of images of 32x32x3 with ten classes, and a small encoder of sentences with two. */
export const MODELS = ['cnn', 'resnet50', 'bert-tiny', 'bert-tiny-dropout', 'apl', 'apl-cnn'] as const;
export type ModelName = (typeof MODELS)[number];

export const IMAGE_SHAPE = [32, 32, 3] as const;

/** Networks that have APL at their sites. */
export const hasApl = (model: ModelName): boolean => model.startsWith('apl');
/** Networks of tokens, not images. */
export const isBert = (model: ModelName): boolean => model.startsWith('bert');
/** Number of classes of a network. */
export const classesOf = (model: ModelName): number => (isBert(model) ? 2 : 10);
/** What a network takes, as its batches name it. */
export const inputsOf = (model: ModelName): readonly string[] => (isBert(model) ? ['ids', 'mask'] : ['images']);

/** A network, and the hinges of its APL: null where it has none. */
export interface NetworkName {
  readonly model: ModelName;
  readonly segments: number | null;
}

/** For tables. */
export const networkTitle = ({ model, segments }: NetworkName): string => (segments === null ? model : `${model}, S = ${segments}`);
