import { createHash } from 'node:crypto';
import { TorchGenerator } from '@cuda-activations/models';
import { authorsSplit, randomSplit } from './splits';
import expected from './testing/torch_order_check_values.json';

const sha256 = (indices: Int32Array) =>
  createHash('sha256').update(Buffer.from(indices.buffer, indices.byteOffset, indices.byteLength)).digest('hex');

describe('authorsSplit', () => {
  it.each(['mnist', 'cifar10'] as const)('gives the split of %s, index for index', (dataset) => {
    const { train, validation } = authorsSplit(dataset);
    const check = expected.splits[dataset];
    expect(validation).toHaveLength(check.count);
    expect(Array.from(validation.subarray(0, 4))).toEqual(check.first);
    expect(sha256(validation)).toBe(check.sha256);
    expect(Array.from(train.subarray(0, 3))).toEqual(check.trainFirst);
    expect(new Set([...train, ...validation]).size).toBe(train.length + validation.length);
  });
});

describe('randomSplit', () => {
  it('refuses a validation part that leaves nothing to train on', () => {
    expect(() => randomSplit(10, 10, new TorchGenerator(0))).toThrow('validationCount: expected an integer from 0 to 9, got 10');
  });
});
