/** Direct definitions in double precision, written for reading, not for speed. Arrays are [batch, height, width, channels]. */
export interface Image4 {
  readonly shape: readonly [batch: number, height: number, width: number, channels: number];
  readonly data: Float64Array;
}

export function image4(shape: Image4['shape'], fill: (index: number) => number): Image4 {
  return { shape, data: Float64Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, index) => fill(index)) };
}

export function at({ shape: [, height, width, channels], data }: Image4, n: number, y: number, x: number, c: number): number | undefined {
  return y < 0 || x < 0 || y >= height || x >= width ? undefined : data[((n * height + y) * width + x) * channels + c];
}

function build(shape: Image4['shape'], value: (n: number, y: number, x: number, c: number) => number): Image4 {
  const [, height, width, channels] = shape;
  return image4(shape, (i) => value(Math.floor(i / (height * width * channels)), Math.floor(i / (width * channels)) % height, Math.floor(i / channels) % width, i % channels));
}

/** @param kernel [out, in, height, width], PyTorch's order */
export function conv2d(input: Image4, kernel: { shape: readonly number[]; data: ArrayLike<number> }, bias: ArrayLike<number> | undefined, stride: number, padding: number): Image4 {
  const [filters, channels, size] = kernel.shape as [number, number, number];
  const [batch, height, width] = input.shape;
  const out = (length: number): number => Math.floor((length + 2 * padding - size) / stride) + 1;
  return build([batch, out(height), out(width), filters], (n, y, x, f) => {
    let sum = bias?.[f] ?? 0;
    for (let c = 0; c < channels; c++)
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++)
          sum += (at(input, n, y * stride + i - padding, x * stride + j - padding, c) ?? 0) * (kernel.data[((f * channels + c) * size + i) * size + j] as number);
    return sum;
  });
}

/** @param combine the values of a window that lie on the image */
function pool2d(input: Image4, size: number, stride: number, padding: number, rounding: 'floor' | 'ceil', combine: (values: readonly number[]) => number): Image4 {
  const [batch, height, width, channels] = input.shape;
  const out = (length: number): number => Math[rounding]((length + 2 * padding - size) / stride) + 1;
  return build([batch, out(height), out(width), channels], (n, y, x, c) => {
    const values: number[] = [];
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) values.push(at(input, n, y * stride + i - padding, x * stride + j - padding, c) ?? NaN);
    return combine(values.filter((value) => !Number.isNaN(value)));
  });
}

export function maxPool2d(input: Image4, size: number, stride: number, padding: number, rounding: 'floor' | 'ceil' = 'floor'): Image4 {
  return pool2d(input, size, stride, padding, rounding, (values) => Math.max(...values));
}

/** The mean over the places on the image. */
export function averagePool2d(input: Image4, size: number, stride: number, padding: number, rounding: 'floor' | 'ceil' = 'floor'): Image4 {
  return pool2d(input, size, stride, padding, rounding, (values) => values.reduce((sum, value) => sum + value, 0) / values.length);
}

/** Per channel: mean, biased variance, unbiased variance. */
export function moments(input: Image4): { mean: number[]; variance: number[]; unbiased: number[] } {
  const channels = input.shape[3];
  const count = input.data.length / channels;
  const mean = new Array<number>(channels).fill(0);
  input.data.forEach((value, i) => (mean[i % channels] = (mean[i % channels] as number) + value / count));
  const variance = new Array<number>(channels).fill(0);
  input.data.forEach((value, i) => (variance[i % channels] = (variance[i % channels] as number) + (value - (mean[i % channels] as number)) ** 2 / count));
  return { mean, variance, unbiased: variance.map((value) => (value * count) / (count - 1)) };
}

export function batchNorm2d(input: Image4, mean: ArrayLike<number>, variance: ArrayLike<number>, gamma: ArrayLike<number>, beta: ArrayLike<number>, epsilon: number): Image4 {
  return build(input.shape, (n, y, x, c) => ((at(input, n, y, x, c) as number) - (mean[c] as number)) / Math.sqrt((variance[c] as number) + epsilon) * (gamma[c] as number) + (beta[c] as number));
}

/** @param weight [out, in], PyTorch's order */
export function linear(input: readonly number[], weight: { shape: readonly number[]; data: ArrayLike<number> }, bias: ArrayLike<number>): number[] {
  const [outputs, inputs] = weight.shape as [number, number];
  return Array.from({ length: outputs }, (_, o) => {
    let sum = bias[o] as number;
    for (let i = 0; i < inputs; i++) sum += (input[i] as number) * (weight.data[o * inputs + i] as number);
    return sum;
  });
}

/** PyTorch's flatten of one image: channels, height, width. */
export function flattenChannelsFirst(input: Image4, n: number): number[] {
  const [, height, width, channels] = input.shape;
  const values: number[] = [];
  for (let c = 0; c < channels; c++) for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) values.push(at(input, n, y, x, c) as number);
  return values;
}

export const map = (input: Image4, f: (value: number) => number): Image4 => image4(input.shape, (i) => f(input.data[i] as number));
