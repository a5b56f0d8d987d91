import * as tf from '../index';

describe('the tensorflow backend', () => {
  it('is selected on import', () => {
    expect(tf.getBackend()).toBe('tensorflow');
    expect(tf.tensorflowVersion()).toMatch(/^2\.21\./);
    expect(tf.devices()[0]?.type).toBe('CPU');
    expect(tf.version.tensorflow).toBe(tf.tensorflowVersion());
  });

  it('survives removal and re-creation', async () => {
    const factory = tf.findBackendFactory('tensorflow');
    for (let i = 0; i < 3; i++) {
      tf.removeBackend('tensorflow');
      tf.registerBackend('tensorflow', factory, 3);
      await tf.setBackend('tensorflow');
      expect(tf.scalar(2).square().dataSync()[0]).toBe(4);
    }
  });

  it('rounds int32 to itself, and floats to even', () => {
    expect(tf.tensor1d([1, -2, 3], 'int32').round().dataSync()).toEqual(new Int32Array([1, -2, 3]));
    expect(tf.tensor1d([0.5, 1.5, -2.5]).round().dataSync()).toEqual(new Float32Array([0, 2, -2]));
  });

  it('draws other numbers at every tf.multinomial without a seed', () => {
    const draw = (): number[] => Array.from(tf.multinomial(tf.zeros([1, 1000]) as tf.Tensor2D, 20).dataSync());
    expect(draw()).not.toEqual(draw());
  });

  it('holds and reads float16, bfloat16, float64, int64 and uint8', async () => {
    for (const type of ['float16', 'bfloat16', 'float64']) {
      const [x] = tf.executeOp('Cast', { DstT: type }, [tf.tensor1d([1.5, -2])], 1) as [tf.Tensor];
      const [sum] = tf.executeOp('AddV2', {}, [x, x], 1) as [tf.Tensor];
      expect(sum.dtype).toBe('float32');
      expect(sum.dataSync()).toEqual(new Float32Array([3, -4]));
      expect(await sum.data()).toEqual(new Float32Array([3, -4]));
    }
    const [int64] = tf.executeOp('Cast', { DstT: 'int64' }, [tf.tensor1d([7])], 1) as [tf.Tensor];
    expect(int64.dataSync()).toEqual(new BigInt64Array([7n]));
    const [uint8] = tf.executeOp('Cast', { DstT: 'uint8' }, [tf.tensor1d([200])], 1) as [tf.Tensor];
    expect(uint8.dataSync()).toEqual(new Uint8Array([200]));
  });

  it('converts frozen attributes once, others at every use', () => {
    const backend = tf.tensorflowBackend();
    const convert = jest.spyOn(backend.binding, 'prepareAttributes');
    const alpha = (value: number) => [{ name: 'alpha', type: backend.binding.TF_ATTR_FLOAT, value }];
    const x = tf.scalar(-1);
    const leaky = (attributes: ReturnType<typeof alpha>): number => backend.executeSingleOutput('LeakyRelu', attributes, [x]).dataSync()[0] as number;
    const [frozen, open] = [Object.freeze(alpha(0.5)) as ReturnType<typeof alpha>, alpha(0.25)];
    expect([leaky(frozen), leaky(frozen), leaky(open)]).toEqual([-0.5, -0.5, -0.25]);
    open[0] = { ...(open[0] as (typeof open)[0]), value: 0.125 };
    expect(leaky(open)).toBe(-0.125);
    expect(convert).toHaveBeenCalledTimes(1);
    expect(() => backend.binding.executeOp('LeakyRelu', 123456, [], 1)).toThrow('no list of prepared attributes has id 123456');
    convert.mockRestore();
  });

  it('frees everything', async () => {
    const native = (): number => tf.tensorflowBackend().binding.getNumOfTensors();
    const before = [native(), tf.tensorflowBackend().numDataIds(), tf.memory().numTensors];
    const x = tf.tensor1d([1, 2]);
    const v = tf.variable(x);
    const y = tf.tidy(() => x.add(v).cast('int32').toFloat().reshape([2, 1]));
    await y.data();
    tf.applyInPlace('AssignAddVariableOp', [v], {}, [x]);
    const clone = v.clone();
    tf.applyInPlace('AssignAddVariableOp', [v], {}, [x]);
    tf.dispose([x, v, y, clone]);
    expect([native(), tf.tensorflowBackend().numDataIds(), tf.memory().numTensors]).toEqual(before);
  });

  it('refuses to be used while another backend is selected', async () => {
    await tf.setBackend('cpu');
    expect(() => tf.executeOp('Neg', {}, [], 1)).toThrow('needs the backend "tensorflow", but "cpu" is selected');
    await tf.setBackend('tensorflow');
  });

  it('saves and loads models with file://', async () => {
    const { mkdtempSync, rmSync } = await import('node:fs');
    const directory = mkdtempSync('/tmp/model-');
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    await model.save(`file://${directory}`);
    const loaded = await tf.loadLayersModel(`file://${directory}/model.json`);
    const x = tf.ones([1, 3]);
    expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
    rmSync(directory, { recursive: true });
  });

  it('decodes and encodes images', async () => {
    const image = tf.tensor3d([[[255, 0, 0], [0, 255, 0]]], undefined, 'int32');
    const png = await tf.node.encodePng(image);
    expect(tf.node.decodePng(png).dataSync()).toEqual(image.dataSync());
  });
});

describe('executeOp', () => {
  it('takes attributes by the types of the op', () => {
    const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1]);
    const [y] = tf.executeOp('MaxPool', { ksize: [1, 2, 2, 1], strides: [1, 1, 1, 1], padding: 'VALID' }, [x], 1) as [tf.Tensor];
    expect(y.dataSync()).toEqual(new Float32Array([4]));
    const [leaky] = tf.executeOp('LeakyRelu', { alpha: 2 }, [tf.scalar(-1)], 1) as [tf.Tensor];
    expect(leaky.dataSync()).toEqual(new Float32Array([-2]));
  });

  it.each<[string, () => unknown, string]>([
    ['an unknown attribute', () => tf.executeOp('LeakyRelu', { slope: 1 }, [tf.scalar(1)], 1), 'op LeakyRelu has no attribute "slope"; it has: T, alpha'],
    ['a value where a list is due', () => tf.executeOp('MaxPool', { ksize: 2 }, [tf.scalar(1)], 1), 'attribute "ksize" of op MaxPool is a list(int), got 2'],
    ['an unknown type', () => tf.executeOp('Cast', { DstT: 'float8' }, [tf.scalar(1)], 1), 'unknown data type "float8"; there are: float32, '],
    ['a fraction where an integer is due', () => tf.executeOp('ArgMax', { output_type: 'int32' }, [tf.zeros([2]), tf.scalar(0.5)], 1), 'ArgMax'],
    ['an unknown op', () => tf.executeOp('NoSuchOp', {}, [], 1), 'NoSuchOp'],
  ])('reports %s', (_, f, message) => {
    expect(f).toThrow(message);
  });
});
