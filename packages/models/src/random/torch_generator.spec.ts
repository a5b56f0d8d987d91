import { Mt19937 } from './mt19937';
import { TorchGenerator } from './torch_generator';
import expected from './testing/torch_check_values.json';

describe('Mt19937', () => {
  it('gives the reference stream of init_genrand(5489)', () => {
    const generator = new Mt19937(5489);
    expect([generator.nextUint32(), generator.nextUint32(), generator.nextUint32()]).toEqual([3499211612, 581869302, 3890346734]);
    generator.skip(9996);
    expect(generator.nextUint32()).toBe(4123659995); // the 10,000th value, as the C++ standard fixes it
  });

  it.each([0, 1, 623, 624, 625, 5000])('skips %d draws as if they were made', (count) => {
    const skipping = new Mt19937(42);
    const drawing = new Mt19937(42);
    skipping.skip(count);
    for (let i = 0; i < count; i++) drawing.nextUint32();
    expect(skipping.nextUint32()).toBe(drawing.nextUint32());
  });

  it('refuses a seed that is no integer', () => {
    expect(() => new Mt19937(0.5)).toThrow('seed: expected an integer, got 0.5');
  });
});

describe('TorchGenerator', () => {
  it('draws torch.rand bit for bit', () => {
    expect(Array.from(new TorchGenerator(42).uniform(4))).toEqual(expected.mt19937.rand4);
  });

  it('draws torch.randperm on the continuing stream', () => {
    const generator = new TorchGenerator(42);
    generator.skipUniform(4);
    expect(Array.from(generator.permutation(10))).toEqual(expected.mt19937.randperm10);
  });

  it('draws torch.randn with a tail that is no block of 16', () => {
    const values = new TorchGenerator(42).normal(20);
    expected.mt19937.randn20.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 5.5));
  });

  it('draws 64-bit integers', () => {
    expect(new TorchGenerator(42).int64().toString()).toBe(expected.mt19937.int64);
  });

  it('draws few normal numbers in pairs from double uniforms', () => {
    const generator = new TorchGenerator(7);
    const pairs = new TorchGenerator(7);
    const uniform = () => Number(pairs.int64() & 0x1fffffffffffffn) / 2 ** 53;
    const u1 = uniform();
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const first = radius * Math.cos(2 * Math.PI * u1);
    const second = radius * Math.sin(2 * Math.PI * u1);
    const values = [generator.normal(1, 3, 2)[0] as number, generator.normal(1, 3, 2)[0] as number];
    expect(values[0]).toBeCloseTo(3 + 2 * first, 5);
    expect(values[1]).toBeCloseTo(3 + 2 * second, 5);
  });

  it('continues from a saved state, through JSON, with a normal number waiting', () => {
    const generator = new TorchGenerator(1);
    generator.uniform(1000);
    generator.normal(3);
    const copy = TorchGenerator.fromState(JSON.parse(JSON.stringify(generator.state())) as ReturnType<TorchGenerator['state']>);
    expect(copy.normal(3)).toEqual(generator.normal(3));
    expect(copy.permutation(700)).toEqual(generator.permutation(700));
  });

  it('refuses a damaged state', () => {
    expect(() => TorchGenerator.fromState({ words: [1], position: 0, nextNormal: null })).toThrow('expected 624 words');
  });
});
