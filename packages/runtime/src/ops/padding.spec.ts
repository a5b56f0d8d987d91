import { completePadding, coverage, type Extent } from './padding';

const extent = (input: number, output: number, window: number, stride: number, before: number): Extent => ({ input, output, window, stride, before });

test('each window counts its cells on the input, and none beyond its edges', () => {
  // Windows of 3 with stride 2 over 4 cells, one cell before them: [-1, 0, 1], [1, 2, 3], [3, 4, 5].
  expect(coverage([extent(4, 3, 3, 2, 1)])).toEqual({ counts: Float32Array.of(2, 3, 1), shape: [3] });
  expect(coverage([extent(2, 2, 2, 1, 1), extent(3, 1, 3, 1, 0)])).toEqual({ counts: Float32Array.of(3, 6), shape: [2, 1] });
  expect(coverage([extent(2, 2, 1, 3, 0)])).toEqual({ counts: Float32Array.of(1, 0), shape: [2] });
});

test('the padding after the input is what the last window needs', () => {
  expect(completePadding([extent(4, 3, 3, 2, 1), extent(5, 2, 2, 2, 0)])).toEqual([[1, 2], [0, 0]]);
});
