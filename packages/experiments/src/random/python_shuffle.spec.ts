import { pythonShuffle } from './python_shuffle';

test('gives the order of Python', () => {
  expect(Array.from(pythonShuffle(10, 0))).toEqual([7, 8, 1, 5, 3, 4, 2, 0, 9, 6]);
  expect(Array.from(pythonShuffle(10, 2 ** 40 + 5))).toEqual([1, 2, 3, 6, 7, 0, 5, 4, 9, 8]);
  // Of the authors' hold-outs, whose 1,000 sentences are the first of these.
  expect(Array.from(pythonShuffle(8551, 42).subarray(0, 6))).toEqual([6149, 2487, 4968, 6726, 8351, 204]);
  expect(Array.from(pythonShuffle(67349, 42).subarray(0, 6))).toEqual([35417, 4595, 51205, 50993, 48020, 50951]);
  expect(() => pythonShuffle(3, -1)).toThrow('seed: expected an integer of at least 0, got -1');
});
