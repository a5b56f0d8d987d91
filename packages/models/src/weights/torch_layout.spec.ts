import { convolutionLayout, linearLayout, permute } from './torch_layout';
import { torchParameterName } from './named_parameters';

const count = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => i);

describe('permute', () => {
  it('moves every element to its place', () => {
    const [a, b, c, d] = [2, 3, 4, 5];
    const source = count(a * b * c * d);
    const result = permute(source, [a, b, c, d], [3, 1, 0, 2]);
    for (let i = 0; i < a; i++)
      for (let j = 0; j < b; j++)
        for (let k = 0; k < c; k++)
          for (let l = 0; l < d; l++) expect(result[((l * b + j) * a + i) * c + k]).toBe(source[((i * b + j) * c + k) * d + l]);
  });

  it('keeps vectors, scalars and empty arrays', () => {
    expect(Array.from(permute(count(3), [3], [0]))).toEqual([0, 1, 2]);
    expect(Array.from(permute(count(1), [], []))).toEqual([0]);
    expect(permute(count(0), [0, 4], [1, 0])).toHaveLength(0);
  });
});

describe('layouts', () => {
  it.each([
    ['convolution', convolutionLayout([5, 3, 2, 4]), [4, 2, 5, 3]],
    ['linear', linearLayout([6, 4]), [4, 6]],
    ['linear after flattening', linearLayout([12, 4], [3, 2, 2]), [4, 12]],
  ])('%s: to PyTorch and back', (_, layout, torchShape) => {
    const values = count(torchShape.reduce((product, size) => product * size, 1));
    expect(layout.torchShape).toEqual(torchShape);
    expect(layout.fromTorch(layout.toTorch(values))).toEqual(values);
    expect(layout.toTorch(values)).not.toEqual(values);
  });

  it('reads a flattened image in the order of channels, height, width', () => {
    // One output; the image is 2 high, 3 wide, with 2 channels, and values count up in this package's order.
    expect(Array.from(linearLayout([12, 1], [2, 3, 2]).toTorch(count(12)))).toEqual([0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11]);
  });
});

it.each([
  ['conv1/kernel', 'conv1.weight'],
  ['layer4.0.bn1/gamma', 'layer4.0.bn1.weight'],
  ['layer4.0.bn1/beta', 'layer4.0.bn1.bias'],
  ['bn1/moving_mean', 'bn1.running_mean'],
  ['layer2.0.downsample.1/moving_variance', 'layer2.0.downsample.1.running_var'],
  ['fc/bias', 'fc.bias'],
  ['act1/slopes', 'act1.slopes'],
])('%s is %s', (ours, torch) => {
  expect(torchParameterName(ours)).toBe(torch);
});
