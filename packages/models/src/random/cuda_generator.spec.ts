import { CudaGenerator } from './cuda_generator';
import { philox4x32, type PhiloxBlock } from './philox';
import expected from './testing/torch_check_values.json';

describe('philox4x32', () => {
  // Known answers of the Random123 distribution.
  it.each<[PhiloxBlock, [number, number], PhiloxBlock]>([
    [[0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], [0xffffffff, 0xffffffff], [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1]],
  ])('%p with key %p', (counter, [key0, key1], answer) => {
    const block: PhiloxBlock = [...counter];
    philox4x32(block, key0, key1);
    expect(block).toEqual(answer);
  });
});

describe('CudaGenerator', () => {
  it('draws the values of a T4', () => {
    const values = new CudaGenerator(42).uniform(expected.philox.count);
    expect(Array.from(values.subarray(0, 4))).toEqual(expected.philox.first);
  });

  it('advances by the passes of each call', () => {
    const generator = new CudaGenerator(42);
    generator.uniform(1); // one pass
    const second = generator.uniform(1)[0];
    const block: PhiloxBlock = [1, 0, 0, 0];
    philox4x32(block, 42, 0);
    expect(second).toBeCloseTo(block[0] / 2 ** 32, 6);
    expect(new CudaGenerator(42).uniform(0)).toHaveLength(0);
  });

  it('fills tensors larger than one pass and keeps to the range', () => {
    const values = new CudaGenerator(3).uniform(200_000, -0.5, 0.5);
    expect(Math.min(...values.subarray(0, 100_000))).toBeGreaterThanOrEqual(-0.5);
    expect(values.every((value) => value >= -0.5 && value < 0.5)).toBe(true);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0, 2);
    expect(new Set(values).size).toBeGreaterThan(190_000);
  });
});
