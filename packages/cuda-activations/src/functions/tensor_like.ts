/** A tensor of whichever TensorFlow.js, by its form: the types of the functions on arrays need none to be installed. */
export interface TensorLike {
  readonly dataId: object;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly rank: number;
  readonly size: number;
}

/** Where the channels of a tensor are: its last dimension, or dimension 1. */
export type DataFormat = 'channelsLast' | 'channelsFirst';
