import { hashSplits, type ImageDataset, type ImageShape, type ImageSplit } from '../dataset';
import { COLOUR_BYTES, COLOUR_CLASSES, COLOUR_SHAPE, drawColourScene } from './colour_scene';
import { ImageRandom } from './image_random';
import { drawStrokeScene, STROKE_BYTES, STROKE_CLASSES, STROKE_SHAPE } from './stroke_scene';

/** Which official set the procedural images take the shape of. */
export type SyntheticFamily = 'cifar' | 'mnist';

/** How many procedural images to make. */
export interface SyntheticCounts {
  /** Images to split into training and validation. */
  readonly train: number;
  readonly test: number;
}

/** A few seconds of generation, a few minutes of training. */
export const DEFAULT_SYNTHETIC_COUNTS: SyntheticCounts = { train: 10_000, test: 2_000 };

const FAMILIES = {
  cifar: { shape: COLOUR_SHAPE, bytes: COLOUR_BYTES, classNames: COLOUR_CLASSES, draw: drawColourScene, title: 'procedural 32x32x3 shapes (not CIFAR-10)' },
  mnist: { shape: STROKE_SHAPE, bytes: STROKE_BYTES, classNames: STROKE_CLASSES, draw: drawStrokeScene, title: 'procedural 28x28 strokes (not MNIST)' },
} as const;

const TRAIN_STREAM = 0;
const TEST_STREAM = 1;

/**
 * The embedded procedural set, drawn by code: the same images for the same seed, whatever the counts.
 *
 * @param family shape of the images: `cifar` 32x32x3, `mnist` 28x28x1; ten classes each
 * @param counts images to make
 * @param seed of the images
 */
export function createSyntheticDataset(family: SyntheticFamily, counts: SyntheticCounts = DEFAULT_SYNTHETIC_COUNTS, seed = 0): ImageDataset {
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) throw new RangeError(`seed: expected an integer from 0 to 4294967295, got ${seed}`);
  for (const [name, count] of Object.entries(counts) as [string, number][]) {
    if (!Number.isInteger(count) || count < 1) throw new RangeError(`counts.${name}: expected an integer of at least 1, got ${count}`);
  }
  const { shape, classNames, title } = FAMILIES[family];
  const train = drawSplit(family, counts.train, seed, TRAIN_STREAM);
  const test = drawSplit(family, counts.test, seed, TEST_STREAM);
  return {
    name: `synthetic-${family}`,
    title,
    source: 'synthetic',
    directory: null,
    shape: [...shape] as unknown as ImageShape,
    classes: classNames.length,
    classNames,
    train,
    test,
    hash: hashSplits(shape, train, test),
    notes: [],
  };
}

function drawSplit(family: SyntheticFamily, count: number, seed: number, stream: number): ImageSplit {
  const { bytes, classNames, draw } = FAMILIES[family];
  const images = new Uint8Array(count * bytes);
  const labels = new Int32Array(count);
  for (let image = 0; image < count; image++) {
    const random = new ImageRandom(seed, stream, image);
    const label = random.integer(classNames.length);
    labels[image] = label;
    draw(random, label, images, image * bytes);
  }
  return { images, labels, count };
}
