import * as tf from '@cuda-activations/runtime';
import { cropAndFlip } from './augmentation';

const [HEIGHT, WIDTH, CHANNELS] = [6, 5, 2];
/** Different and not zero everywhere, so that each result tells its crop. */
const image = Float32Array.from({ length: HEIGHT * WIDTH * CHANNELS }, (_, i) => i + 1);

/** The crop at an offset, flipped or not, by its definition. */
function expected(down: number, right: number, flip: boolean): string {
  const result: number[] = [];
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      for (let c = 0; c < CHANNELS; c++) {
        const [row, column] = [y + down, (flip ? WIDTH - 1 - x : x) + right];
        const inside = row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH;
        result.push(inside ? (image[(row * WIDTH + column) * CHANNELS + c] ?? NaN) : 0);
      }
  return result.join();
}

const offsets = Array.from({ length: 9 }, (_, i) => i - 4);
const crops = new Map(offsets.flatMap((down) => offsets.flatMap((right) => [false, true].map((flip) => [expected(down, right, flip), { down, right, flip }] as const))));

test('every image is one of the crops, all of them come up, half are flipped, and each compiled step draws anew', () => {
  const batch = 600;
  const random = new tf.RandomState(3);
  const pixels = tf.tile(tf.tensor4d(image, [1, HEIGHT, WIDTH, CHANNELS]), [batch, 1, 1, 1]);
  const step = tf.compile((x: tf.Tensor4D) => cropAndFlip(x, random));
  const draw = () => {
    const y = step(pixels);
    const values = y.dataSync();
    y.dispose();
    return Array.from({ length: batch }, (_, i) => Array.from(values.subarray(i * image.length, (i + 1) * image.length)).join());
  };
  const [first, second] = [draw(), draw()];
  const found = [...first, ...second].map((values) => crops.get(values));
  expect(found.filter((crop) => crop === undefined)).toEqual([]);
  for (const axis of ['down', 'right'] as const) expect(new Set(found.map((crop) => crop?.[axis]))).toEqual(new Set(offsets));
  // Crops that lie wholly outside are equal for both, so few are counted for the wrong side.
  const flipped = found.filter((crop) => crop?.flip).length / found.length;
  expect(Math.abs(flipped - 0.5)).toBeLessThan(0.06);
  expect(first).not.toEqual(second);
  step.dispose();
  random.dispose();
  pixels.dispose();
});

test('a state that is put back draws the same crops again', () => {
  const random = new tf.RandomState(1);
  const pixels = tf.randomNormal<tf.Rank.R4>([8, 6, 5, 2], 0, 1, 'float32', 1);
  const state = random.getState();
  const first = cropAndFlip(pixels, random).dataSync();
  random.setState(state);
  expect(cropAndFlip(pixels, random).dataSync()).toEqual(first);
});
