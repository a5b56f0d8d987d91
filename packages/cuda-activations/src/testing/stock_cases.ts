import type * as tfjs from '@tensorflow/tfjs';
import * as activations from '../index';
import type { FloatArray, PointwiseFunction, PointwiseName } from '../index';
import { camelCase } from '../registry/parameters';

type Tensor = tfjs.Tensor;

/** Values that repeat in no axis. */
const wave = (length: number, phase = 0): Float32Array => Float32Array.from({ length }, (_, i) => 2.5 * Math.sin(1.7 * i + phase));
const values = (tensor: Tensor | undefined): number[] => Array.from((tensor as Tensor).dataSync());

/**
 * What every function on tensors has to do in a TensorFlow.js that useTensorFlowJs was given: the same as on arrays, which other tests hold to references.
 * @param tf the module, given already
 */
export function describeStock(name: string, tf: typeof tfjs): void {
  /** Forward and all gradients of a function of tensors, upstream dy. */
  function run(f: (...operands: Tensor[]) => Tensor, operands: Tensor[], dy: Float32Array): number[][] {
    return tf.tidy(() => {
      const y = f(...operands);
      const gradients = tf.grads((...inputs: Tensor[]) => f(...inputs))(operands, tf.tensor(dy, y.shape));
      return [y, ...gradients].map(values);
    });
  }
  const lists = (...arrays: readonly FloatArray[]): number[][] => arrays.map((array) => Array.from(array));

  describe(name, () => {
    const x = wave(24);
    const [batch, channels, inner] = [2, 4, 3];
    const first = [batch, channels, inner];

    test.each(activations.listActivations('pointwise').map((row) => row.name))('%s', (row) => {
      const f = (activations as unknown as Record<string, PointwiseFunction<PointwiseName>>)[camelCase(row)] as PointwiseFunction<'relu'>;
      const dy = wave(24, 1);
      expect(run((t) => f(t), [tf.tensor(x, [4, 6])], dy)).toEqual(lists(f(x), f.gradientFromOutput ? f.gradientFromOutput(f(x), dy) : f.gradient(x, dy)));
    });

    test('parameters and second derivatives', () => {
      const [dy, ddx] = [wave(24, 1), wave(24, 2)];
      expect(run((t) => activations.elu(t, { alpha: 0.5 }), [tf.tensor1d(x)], dy)[0]).toEqual(Array.from(activations.elu(x, { alpha: 0.5 })));
      const second = tf.grad((t) => tf.grad((u) => activations.mish(u))(t, tf.tensor1d(dy)))(tf.tensor1d(x), tf.tensor1d(ddx));
      expect(values(second)).toEqual(Array.from(activations.mish.secondGradient(x, dy, ddx)));
    });

    test.each(['channelsLast', 'channelsFirst'] as const)('bias, residual and dropout, %s', (dataFormat) => {
      const shape = dataFormat === 'channelsFirst' ? first : [batch, inner, channels];
      const [bias, residual, dy] = [wave(channels, 1), wave(24, 2), wave(24, 3)];
      const layout = { inner: dataFormat === 'channelsFirst' ? inner : 1 };
      for (const activation of ['tanh', 'gelu'] as const) {
        for (const dropout of [undefined, { rate: 0.5, seed: 7, counter: 3 }]) {
          const options = { activation, ...layout, ...(dropout && { dropout }) };
          const { dx, dbias } = activations.biasActivation.gradient(x, bias, dy, { ...options, residual });
          const state = tf.tensor1d([7, 3], 'int32');
          const [y, ...gradients] = run(
            (t, b, r) => activations.biasActivation(t, b as Tensor, { activation, residual: r as Tensor, dataFormat, ...(dropout && { dropout: { rate: 0.5, state } }) }),
            [tf.tensor(x, shape), tf.tensor1d(bias), tf.tensor(residual, shape)],
            dy,
          );
          expect(y).toEqual(Array.from(activations.biasActivation(x, bias, { ...options, residual })));
          lists(dx, dbias, dx).forEach((expected, i) => { expected.forEach((value, j) => { expect(gradients[i]?.[j]).toBeCloseTo(value, 5); }); });
          const bare = run((t, b) => activations.biasActivation(t, b as Tensor, { activation, dataFormat }), [tf.tensor(x, shape), tf.tensor1d(bias)], dy);
          expect(bare[0]).toEqual(Array.from(activations.biasActivation(x, bias, { activation, ...layout })));
        }
      }
    });

    test('gated units, packed and of two operands', () => {
      const dy = wave(12, 1);
      expect(run((t) => activations.swiglu(t), [tf.tensor(x, [3, 8])], dy)).toEqual(lists(activations.swiglu(x, { rowLength: 8 }), activations.swiglu.gradient(x, dy, { rowLength: 8 })));
      const packed = run((t) => activations.geglu(t, { dataFormat: 'channelsFirst' }), [tf.tensor(x, first)], dy);
      expect(packed).toEqual(lists(activations.geglu(x, { rowLength: 12 }), activations.geglu.gradient(x, dy, { rowLength: 12 })));
      const [a, b] = [wave(12), wave(12, 4)];
      const { da, db } = activations.reglu.gradient(a, b, dy);
      expect(run((s, t) => activations.reglu(s as Tensor, t as Tensor), [tf.tensor1d(a), tf.tensor1d(b)], dy)).toEqual(lists(activations.reglu(a, b), da, db));
    });

    test.each(['softmax', 'logSoftmax', 'sparsemax'] as const)('%s, along any axis', (row) => {
      const [f, dy] = [activations[row], wave(24, 1)];
      const options = { rowLength: 6 };
      expect(run((t) => f(t), [tf.tensor(x, [4, 6])], dy)).toEqual(lists(f(x, options), f.gradientFromOutput(f(x, options), dy, options)));
      const columns = tf.tidy(() => values(f(tf.tensor(x, [4, 6]).transpose(), { axis: 0 }).transpose()));
      expect(columns).toEqual(Array.from(f(x, options)));
    });

    test.each([
      ['one slope', [1], 'channelsLast', {}],
      ['a slope a channel', [3], 'channelsLast', {}],
      ['a slope a channel, channels first', [4], 'channelsFirst', { inner }],
      ['a slope a position', [4, 3], 'channelsLast', {}],
    ] as const)('prelu and apl: %s', (_, shape, dataFormat, layout) => {
      const [size, dy] = [shape.reduce((product: number, length) => product * length, 1), wave(24, 1)];
      const slope = wave(size, 2);
      const { dx, dslope } = activations.prelu.gradient(x, slope, dy, layout);
      expect(run((t, s) => activations.prelu(t as Tensor, s as Tensor, { dataFormat }), [tf.tensor(x, first), tf.tensor(slope, [...shape])], dy)).toEqual(
        lists(activations.prelu(x, slope, layout), dx, dslope),
      );
      const [a, b] = [wave(2 * size, 3), wave(2 * size, 4)];
      const options = { ...layout, channels: size };
      const gradient = activations.apl.gradient(x, a, b, dy, options);
      const operands = [tf.tensor(x, first), tf.tensor(a, [2, ...shape]), tf.tensor(b, [2, ...shape])];
      expect(run((t, s, p) => activations.apl(t as Tensor, s as Tensor, p as Tensor, { dataFormat }), operands, dy)).toEqual(
        lists(activations.apl(x, a, b, options), gradient.dx, gradient.da, gradient.db),
      );
    });

    test('nothing is left behind, and empty tensors stay empty', () => {
      const t = tf.tensor1d(x);
      const step = (): void => {
        tf.tidy(() => tf.grad((u) => activations.gelu(u))(t));
        activations.swiglu(t).dispose();
        activations.relu(tf.tensor2d([], [0, 3])).dispose();
      };
      step();
      const { numTensors } = tf.memory();
      tf.tidy(step);
      expect(tf.memory().numTensors).toBe(numTensors);
      t.dispose();
    });

    test('layers, names and stock kernels: a model trains, and is the same after saving', async () => {
      activations.register();
      const undo = activations.fuseStockActivations();
      expect(values(tf.elu(tf.tensor1d(x)))).toEqual(Array.from(activations.elu(x)));
      // Seeds: some first weights do not learn this in 15 epochs.
      const start = (seed: number): object => ({ kernelInitializer: tf.initializers.glorotNormal({ seed }) });
      const model = tf.sequential({
        layers: [
          tf.layers.dense({ units: 8, inputShape: [3], activation: 'squared_relu' as 'relu', ...start(1) }),
          activations.layers.fusedBiasActivation({ activation: 'mish', dropoutRate: 0.1, seed: 3 }),
          activations.layers.apl({ segments: 3, seed: 4 }),
          activations.layers.gated({ activation: 'swiglu' }),
          activations.layers.prelu(),
          tf.layers.dense({ units: 1, ...start(2) }),
        ] as tfjs.layers.Layer[],
      });
      model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
      const inputs = tf.tensor(wave(96), [32, 3]);
      const targets = inputs.sum(1, true);
      const { history } = await model.fit(inputs, targets, { epochs: 15, verbose: 0, shuffle: false });
      const losses = history['loss'] as number[];
      expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
      let saved: tfjs.io.ModelArtifacts | undefined;
      await model.save(tf.io.withSaveHandler((artifacts) => {
        saved = artifacts;
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
      }));
      const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved as tfjs.io.ModelArtifacts));
      expect(values(loaded.predict(inputs) as Tensor)).toEqual(values(model.predict(inputs) as Tensor));
      undo();
    }, 60_000);
  });
}
