import { createSyntheticDataset, type SyntheticFamily } from './synthetic';

function squaredDistance(mean: Float64Array, image: Uint8Array): number {
  let sum = 0;
  for (let j = 0; j < mean.length; j++) sum += ((mean[j] as number) - (image[j] as number)) ** 2;
  return sum;
}

const families: readonly SyntheticFamily[] = ['cifar', 'mnist'];

/** Another hash makes the results of earlier runs incomparable. */
const HASHES: Readonly<Record<SyntheticFamily, string>> = {
  cifar: '5cb6b84514bbe1cc2e117f6f2db923f3812898ba3969e1bfc2ae29e5f8b33fd2',
  mnist: '7ccacfb5dd915d64b921c0f1d4c07f3b5ca51096cec07ec80f56d0cf0b45b77b',
};

describe.each(families)('the procedural %s set', (family) => {
  const counts = { train: 400, test: 200 };
  const dataset = createSyntheticDataset(family, counts, 1);
  const bytes = dataset.shape.reduce((product, size) => product * size, 1);

  it('has the shape of the official set and ten balanced classes', () => {
    expect(dataset.shape).toEqual(family === 'cifar' ? [32, 32, 3] : [28, 28, 1]);
    expect([dataset.train.images.length, dataset.test.images.length]).toEqual([400 * bytes, 200 * bytes]);
    const shares = Array.from({ length: 10 }, (_, label) => dataset.train.labels.filter((other) => other === label).length);
    // 40 expected, standard deviation 6.
    expect(Math.min(...shares)).toBeGreaterThan(15);
    expect(Math.max(...shares)).toBeLessThan(70);
  });

  it('is the same for the same seed, whatever the counts, and another for another seed', () => {
    const fewer = createSyntheticDataset(family, { train: 50, test: 20 }, 1);
    expect(Buffer.from(fewer.train.images).equals(Buffer.from(dataset.train.images.subarray(0, 50 * bytes)))).toBe(true);
    expect(Array.from(fewer.test.labels)).toEqual(Array.from(dataset.test.labels.subarray(0, 20)));
    expect(createSyntheticDataset(family, counts, 1).hash).toBe(dataset.hash);
    expect(createSyntheticDataset(family, counts, 2).hash).not.toBe(dataset.hash);
  });

  it('is what it always was', () => {
    expect(createSyntheticDataset(family, { train: 20, test: 10 }, 0).hash).toBe(HASHES[family]);
  });

  it('shares no image between training and test', () => {
    const key = (images: Uint8Array, i: number) => Buffer.from(images.subarray(i * bytes, (i + 1) * bytes)).toString('base64');
    const train = new Set(Array.from({ length: 400 }, (_, i) => key(dataset.train.images, i)));
    expect(train.size).toBe(400);
    expect(Array.from({ length: 200 }, (_, i) => train.has(key(dataset.test.images, i)))).not.toContain(true);
  });

  it('is learnable, and not by its class means: the nearest mean beats chance and stays far from perfect', () => {
    const means = Array.from({ length: 10 }, () => new Float64Array(bytes));
    const seen = new Float64Array(10);
    for (let i = 0; i < 400; i++) {
      const label = dataset.train.labels[i] as number;
      seen[label] = (seen[label] as number) + 1;
      const mean = means[label] as Float64Array;
      for (let j = 0; j < bytes; j++) mean[j] = (mean[j] as number) + (dataset.train.images[i * bytes + j] as number);
    }
    means.forEach((mean, label) => mean.forEach((value, j) => (mean[j] = value / (seen[label] as number))));
    let right = 0;
    for (let i = 0; i < 200; i++) {
      const image = dataset.test.images.subarray(i * bytes, (i + 1) * bytes);
      const distances = means.map((mean) => squaredDistance(mean, image));
      if (distances.indexOf(Math.min(...distances)) === dataset.test.labels[i]) right++;
    }
    // Chance is 10 % with a standard deviation of 2.1 %.
    expect(right / 200).toBeGreaterThan(0.135);
    expect(right / 200).toBeLessThan(0.8);
  });
});

it('refuses counts and seeds that make no set', () => {
  expect(() => createSyntheticDataset('cifar', { train: 0, test: 1 })).toThrow('counts.train: expected an integer of at least 1, got 0');
  expect(() => createSyntheticDataset('cifar', undefined, -1)).toThrow('seed: expected an integer from 0 to 4294967295, got -1');
});
