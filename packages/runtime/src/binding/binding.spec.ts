import '../index';
import { binding } from './binding';
import type { HostValues } from './native-binding';

const { TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_ATTR_FUNC, TF_ATTR_INT, TF_ATTR_SHAPE, TF_ATTR_STRING, TF_ATTR_TYPE, TF_BOOL, TF_FLOAT, TF_INT32, TF_INT64, TF_STRING } = binding;

interface BindingError extends Error {
  code?: string;
}

function failure(f: () => unknown): BindingError {
  try {
    f();
  } catch (error) {
    return error as BindingError;
  }
  throw new Error('nothing was thrown');
}

/** Calls of the binding as code without types makes them. */
const untyped = binding as unknown as Record<string, (...args: unknown[]) => unknown>;

function call(name: string, ...args: unknown[]): unknown {
  return (untyped[name] as (...args: unknown[]) => unknown)(...args);
}

const scalar = (value: number): number => binding.createTensor([], TF_FLOAT, new Float32Array([value]));
const run = (op: string, attributes: [string, number, unknown][], inputs: number[], outputs = 1): number[] =>
  binding.executeOp(op, attributes.map(([name, type, value]) => ({ name, type, value: value as string })), inputs, outputs).map(({ id }) => id);

describe('the constants', () => {
  it('are the numbers of tensorflow/c/tf_datatype.h and tf_attrtype.h', () => {
    const { TF_DOUBLE, TF_UINT8, TF_INT16, TF_INT8, TF_COMPLEX64, TF_BFLOAT16, TF_UINT16, TF_HALF, TF_RESOURCE, TF_VARIANT, TF_UINT32, TF_UINT64 } = binding;
    expect([TF_FLOAT, TF_DOUBLE, TF_INT32, TF_UINT8, TF_INT16, TF_INT8, TF_STRING, TF_COMPLEX64, TF_INT64, TF_BOOL]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([TF_BFLOAT16, TF_UINT16, TF_HALF, TF_RESOURCE, TF_VARIANT, TF_UINT32, TF_UINT64]).toEqual([14, 17, 19, 20, 21, 22, 23]);
    expect([TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_TYPE, TF_ATTR_SHAPE, TF_ATTR_FUNC]).toEqual([0, 1, 2, 3, 4, 5, 8]);
    expect(binding.TF_Version).toMatch(/^2\.21\./);
  });
});

describe('tensors', () => {
  it.each<[string, number, HostValues]>([
    ['float32', TF_FLOAT, new Float32Array([1.5, -0, NaN, Infinity])],
    ['float64', binding.TF_DOUBLE, new Float64Array([1.5, 1e300, -0, NaN])],
    ['float16 bits', binding.TF_HALF, new Uint16Array([0x3c00, 0x7c00, 1, 0x8000])],
    ['bfloat16 bits', binding.TF_BFLOAT16, new Uint16Array([0x3f80, 0xff80, 1, 0x8000])],
    ['int8', binding.TF_INT8, new Int8Array([1, -128, 127, 0])],
    ['int16', binding.TF_INT16, new Int16Array([1, -32768, 32767, 0])],
    ['int32', TF_INT32, new Int32Array([1, -2147483648, 2147483647, 0])],
    ['int64', TF_INT64, new BigInt64Array([1n, -(2n ** 63n), 2n ** 63n - 1n, 0n])],
    ['uint8', binding.TF_UINT8, new Uint8Array([1, 255, 0, 7])],
    ['uint16', binding.TF_UINT16, new Uint16Array([1, 65535, 0, 7])],
    ['uint32', binding.TF_UINT32, new Uint32Array([1, 4294967295, 0, 7])],
    ['uint64', binding.TF_UINT64, new BigUint64Array([1n, 2n ** 64n - 1n, 0n, 7n])],
    ['bool', TF_BOOL, new Uint8Array([1, 0, 1, 0])],
    ['strings', TF_STRING, ['a', '', 'é', 'x'.repeat(100)].map((text) => new Uint8Array(Buffer.from(text)))],
  ])('of %s come back as they went in, synchronously and not', async (_, dtype, values) => {
    const id = binding.createTensor([2, 2], dtype, values);
    expect(binding.tensorDataSync(id)).toEqual(values);
    expect(await binding.tensorData(id)).toEqual(values);
    binding.deleteTensor(id);
  });

  it('of complex numbers take two floats each, int64 also two int32', () => {
    const complex = binding.createTensor([2], binding.TF_COMPLEX64, new Float32Array([1, 2, 3, 4]));
    expect(binding.tensorDataSync(complex)).toEqual(new Float32Array([1, 2, 3, 4]));
    const int64 = binding.createTensor([2], TF_INT64, new Int32Array([5, 0, -1, -1]));
    expect(binding.tensorDataSync(int64)).toEqual(new BigInt64Array([5n, -1n]));
  });

  it('are copies: changing the array afterwards changes nothing, also through an offset view', () => {
    const array = new Float32Array([9, 1, 2]);
    const id = binding.createTensor([2], TF_FLOAT, array.subarray(1));
    array.fill(7);
    expect(binding.tensorDataSync(id)).toEqual(new Float32Array([1, 2]));
  });

  it('can be empty', () => {
    const id = binding.createTensor([0, 3], TF_FLOAT, new Float32Array(0));
    expect(binding.tensorDataSync(id)).toEqual(new Float32Array(0));
  });

  it('are counted', () => {
    const before = binding.getNumOfTensors();
    const id = scalar(1);
    expect(binding.getNumOfTensors()).toBe(before + 1);
    binding.deleteTensor(id);
    expect(binding.getNumOfTensors()).toBe(before);
  });

  it('may be deleted while they are being read', async () => {
    const id = scalar(4);
    const pending = binding.tensorData(id);
    binding.deleteTensor(id);
    expect(await pending).toEqual(new Float32Array([4]));
  });
});

describe('bad tensors are errors', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['too few values', () => binding.createTensor([3], TF_FLOAT, new Float32Array(2)), /shape \[3\] needs 3 values, got 2/],
    ['another array type', () => binding.createTensor([1], TF_FLOAT, new Int32Array(1)), /type float takes a Float32Array, got a Int32Array/],
    ['a negative dimension', () => binding.createTensor([-1], TF_FLOAT, new Float32Array(1)), /shape \[-1\] has a negative dimension/],
    ['a shape beyond any memory', () => binding.createTensor([2 ** 40, 2 ** 40], TF_FLOAT, new Float32Array(1)), /is too large/],
    ['a fractional dimension', () => binding.createTensor([1.5], TF_FLOAT, new Float32Array(1)), /shape must be an integer, got 1.5/],
    ['no shape', () => call('createTensor', undefined, TF_FLOAT, new Float32Array(1)), /shape must be an array, got undefined/],
    ['an unknown type', () => binding.createTensor([1], 99, new Float32Array(1)), /data type 99 is not one of TensorFlow's/],
    ['a type without values', () => binding.createTensor([1], binding.TF_VARIANT, new Float32Array(1)), /variant has no values in JavaScript/],
    ['no values', () => call('createTensor', [1], TF_FLOAT, null), /values must be a typed array/],
    ['strings that are not bytes', () => call('createTensor', [1], TF_STRING, ['text']), /array of Uint8Array/],
    ['too few strings', () => binding.createTensor([2], TF_STRING, []), /shape \[2\] needs 2 values, got 0/],
  ])('%s', (_, make, message) => {
    const before = binding.getNumOfTensors();
    expect(failure(make).message).toMatch(message);
    expect(binding.getNumOfTensors()).toBe(before);
  });

  it.each<[string, unknown, RegExp, string | undefined]>([
    ['unknown', 2 ** 30, /no tensor has id 1073741824/, 'NOT_FOUND'],
    ['negative', -1, /no tensor has id -1/, 'NOT_FOUND'],
    ['beyond 32 bits', 2 ** 40, /must be a 32-bit integer, got 1099511627776/, undefined],
    ['a string', 'x', /must be an integer, got "x"/, undefined],
    ['undefined', undefined, /must be an integer, got undefined/, undefined],
  ])('an id that is %s', (_, id, message, code) => {
    for (const method of ['deleteTensor', 'tensorDataSync', 'tensorData']) {
      const error = failure(() => call(method, id));
      expect(error.message).toMatch(message);
      expect(error.code).toBe(code);
    }
    expect(failure(() => call('executeOp', 'Relu', [], [id], 1)).message).toMatch(message);
  });

  it('an id that is deleted', () => {
    const id = scalar(1);
    binding.deleteTensor(id);
    expect(failure(() => { binding.deleteTensor(id); }).code).toBe('NOT_FOUND');
  });
});

describe('executeOp', () => {
  it('takes attributes of every kind', () => {
    const x = binding.createTensor([1, 2, 2, 1], TF_FLOAT, new Float32Array([1, 2, 3, 4]));
    // string, list(int), type
    const [pooled] = run('MaxPool', [['T', TF_ATTR_TYPE, TF_FLOAT], ['ksize', TF_ATTR_INT, [1, 2, 2, 1]], ['strides', TF_ATTR_INT, [1, 1, 1, 1]], ['padding', TF_ATTR_STRING, 'VALID']], [x]);
    expect(binding.tensorDataSync(pooled as number)).toEqual(new Float32Array([4]));
    // float
    const [leaky] = run('LeakyRelu', [['alpha', TF_ATTR_FLOAT, 0.5]], [scalar(-4)]);
    expect(binding.tensorDataSync(leaky as number)).toEqual(new Float32Array([-2]));
    // bool
    const [sum] = run('Sum', [['keep_dims', TF_ATTR_BOOL, true]], [x, binding.createTensor([1], TF_INT32, new Int32Array([1]))]);
    expect(binding.tensorDataSync(sum as number)).toEqual(new Float32Array([4, 6]));
    // list(type), list(shape), with an unknown dimension and an unknown rank
    const queue = run('FIFOQueueV2', [['component_types', TF_ATTR_TYPE, [TF_FLOAT, TF_FLOAT]], ['shapes', TF_ATTR_SHAPE, [[1, 2, 2, 1], []]], ['shared_name', TF_ATTR_STRING, 'spec']], [])[0] as number;
    run('QueueEnqueueV2', [['Tcomponents', TF_ATTR_TYPE, [TF_FLOAT, TF_FLOAT]]], [queue, x, scalar(8)], 0);
    const [, second] = run('QueueDequeueV2', [['component_types', TF_ATTR_TYPE, [TF_FLOAT, TF_FLOAT]]], [queue], 2);
    expect(binding.tensorDataSync(second as number)).toEqual(new Float32Array([8]));
    const iterator = run('IteratorV2', [['shared_name', TF_ATTR_STRING, ''], ['container', TF_ATTR_STRING, ''], ['output_types', TF_ATTR_TYPE, [TF_FLOAT]], ['output_shapes', TF_ATTR_SHAPE, [null]]], []);
    expect(iterator).toHaveLength(1);
    // list(float), list(bool), list(string), shape
    const [where] = run('Where', [], [x]);
    expect(binding.tensorDataSync(where as number)).toHaveLength(16);
    const [bucket] = run('Bucketize', [['boundaries', TF_ATTR_FLOAT, [1.5, 3.5]]], [x]);
    expect(binding.tensorDataSync(bucket as number)).toEqual(new Int32Array([0, 1, 1, 2]));
    const [joined] = run('StringJoin', [['N', TF_ATTR_INT, 2], ['separator', TF_ATTR_STRING, '-']], ['a', 'b'].map((text) => binding.createTensor([], TF_STRING, [new Uint8Array(Buffer.from(text))])));
    expect(Buffer.from((binding.tensorDataSync(joined as number) as Uint8Array[])[0] as Uint8Array).toString()).toBe('a-b');
  });

  it('calls a function given as an attribute', () => {
    const graph = binding.createGraph();
    const input = binding.graphPlaceholder(graph, TF_FLOAT, []);
    const { node } = binding.graphNode(graph, 'Neg', [], [input, 0], []);
    const name = binding.graphFunction(graph, 'negate', [input, 0], [node, 0], []);
    binding.deleteGraph(graph);
    const [result] = run('PartitionedCall', [['Tin', TF_ATTR_TYPE, [TF_FLOAT]], ['Tout', TF_ATTR_TYPE, [TF_FLOAT]], ['f', TF_ATTR_FUNC, name]], [scalar(3)]);
    expect(binding.tensorDataSync(result as number)).toEqual(new Float32Array([-3]));
    binding.removeFunction(name);
    expect(failure(() => run(name, [], [scalar(3)])).code).toBe('NOT_FOUND');
  });

  it.each<[string, () => unknown, RegExp, string | undefined]>([
    ['an unknown op', () => run('NoSuchOp', [], []), /NoSuchOp/, 'NOT_FOUND'],
    ['an input too few', () => run('AddV2', [], [scalar(1)]), /AddV2/, 'INVALID_ARGUMENT'],
    ['an input too many', () => run('Neg', [], [scalar(1), scalar(1)]), /Neg/, 'INVALID_ARGUMENT'],
    ['inputs of two types', () => run('AddV2', [], [scalar(1), binding.createTensor([], TF_INT32, new Int32Array(1))]), /AddV2/, 'INVALID_ARGUMENT'],
    ['an output too many', () => run('Neg', [], [scalar(1)], 2), /has 1 outputs, the caller asked for 2/, 'INVALID_ARGUMENT'],
    ['an output too few', () => run('Neg', [], [scalar(1)], 0), /Neg/, 'INVALID_ARGUMENT'],
    ['a negative output count', () => run('Neg', [], [scalar(1)], -1), /must not be negative/, 'INVALID_ARGUMENT'],
    ['a missing attribute', () => run('MaxPool', [], [scalar(1)]), /MaxPool/, 'INVALID_ARGUMENT'],
    ['an attribute of another kind', () => run('LeakyRelu', [['alpha', TF_ATTR_STRING, 'x']], [scalar(1)]), /alpha/, 'INVALID_ARGUMENT'],
    ['an attribute value of another kind', () => run('LeakyRelu', [['alpha', TF_ATTR_FLOAT, 'x']], [scalar(1)]), /LeakyRelu: attribute alpha must be a number, got "x"/, undefined],
    ['an unknown attribute kind', () => run('Neg', [['T', 77, 1]], [scalar(1)]), /attribute type 77/, 'INVALID_ARGUMENT'],
    ['a type attribute that is none', () => run('Neg', [['T', TF_ATTR_TYPE, 1000]], [scalar(1)]), /data type 1000/, 'INVALID_ARGUMENT'],
    ['attributes that are not an array', () => call('executeOp', 'Neg', {}, [], 1), /attribute must be an array, got an object/, undefined],
    ['an attribute without a name', () => call('executeOp', 'Neg', [{}], [], 1), /name must be a string, got undefined/, undefined],
    ['an op name that is no string', () => call('executeOp', 5, [], [], 1), /op name must be a string, got 5/, undefined],
    ['no arguments', () => call('executeOp'), /op name must be a string, got undefined/, undefined],
  ])('reports %s', (_, f, message, code) => {
    const error = failure(f);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
  });
});

describe('graphs', () => {
  it.each<[string, (graph: number) => unknown, RegExp]>([
    ['an unknown op', (graph) => binding.graphNode(graph, 'NoSuchOp', [], [], []), /NoSuchOp/],
    ['an unknown node', (graph) => binding.graphNode(graph, 'Neg', [], [5, 0], []), /has no node 5, only 0/],
    ['an unknown output', (graph) => binding.graphNode(graph, 'Neg', [], [binding.graphPlaceholder(graph, TF_FLOAT, []), 1], []), /has no output 1/],
    ['inputs that are not pairs', (graph) => binding.graphNode(graph, 'Neg', [], [0], []), /pairs of node and output/],
    ['an input too few', (graph) => binding.graphNode(graph, 'Neg', [], [], []), /needs more than 0 inputs/],
    ['an input too many', (graph) => { const x = binding.graphPlaceholder(graph, TF_FLOAT, []); return binding.graphNode(graph, 'Neg', [], [x, 0, x, 0], []); }, /takes 1 inputs, not 2/],
    ['shapes that do not fit', (graph) => { const x = binding.graphPlaceholder(graph, TF_FLOAT, [2, 3]); return binding.graphNode(graph, 'MatMul', [], [x, 0, x, 0], []); }, /MatMul/],
    ['an unknown graph', () => binding.graphNode(999999, 'Neg', [], [], []), /no graph has id 999999/],
  ])('report %s', (_, build, message) => {
    const graph = binding.createGraph();
    expect(failure(() => build(graph)).message).toMatch(message);
    binding.deleteGraph(graph);
  });

  it('infer types and shapes', () => {
    const graph = binding.createGraph();
    const x = binding.graphPlaceholder(graph, TF_FLOAT, [2, 3]);
    const axis = binding.graphConstant(graph, [1], TF_INT32, new Int32Array([1]));
    expect(binding.graphNode(graph, 'Sum', [], [x, 0, axis, 0], []).outputs).toEqual([{ dtype: TF_FLOAT, shape: [2] }]);
    expect(binding.graphNode(graph, 'Where', [], [x, 0], []).outputs).toEqual([{ dtype: TF_INT64, shape: [-1, 2] }]);
    binding.deleteGraph(graph);
  });
});

describe('the rest', () => {
  it('lists devices', () => {
    expect(binding.devices()).toContainEqual({ name: '/job:localhost/replica:0/task:0/device:CPU:0', type: 'CPU', memoryBytes: expect.any(Number) as number });
    expect(binding.isUsingGpuDevice()).toBe(binding.devices().some(({ type }) => type === 'GPU'));
  });

  it.each<[string, () => unknown, RegExp, string | undefined]>([
    ['a missing op library', () => binding.loadOpLibrary('/nowhere/ops.so'), /loading op library \/nowhere\/ops\.so.*cannot open/, 'NOT_FOUND'],
    ['an op library that is none', () => binding.loadOpLibrary(__filename), /loading op library/, 'NOT_FOUND'],
    ['a missing SavedModel', () => binding.loadSavedModel('/nowhere', 'serve'), /loading SavedModel \/nowhere/, 'NOT_FOUND'],
    ['an unknown SavedModel', () => { binding.deleteSavedModel(5); }, /no SavedModel has id 5/, 'NOT_FOUND'],
    ['options when it runs already', () => { binding.configure({ intraOpThreads: 7 }); }, /is running already/, 'FAILED_PRECONDITION'],
    ['negative threads', () => { binding.configure({ intraOpThreads: -1 }); }, /must not be negative/, 'INVALID_ARGUMENT'],
    ['options that are none', () => call('configure', 3), /options must be an object, got 3/, undefined],
    ['a function that is not there', () => { binding.removeFunction('nothing'); }, /nothing/, 'INVALID_ARGUMENT'],
    ['the definition of an unknown op', () => binding.opDefinition('NoSuchOp'), /NoSuchOp/, 'NOT_FOUND'],
  ])('reports %s', (_, f, message, code) => {
    const error = failure(f);
    expect(error.message).toMatch(message);
    expect(error.code).toBe(code);
  });

  it('knows definitions of ops', () => {
    expect(binding.opDefinition('LeakyRelu')).toEqual({ isStateful: false, attributes: { T: 'type', alpha: 'float' } });
    expect(binding.opDefinition('ResourceApplyAdam').isStateful).toBe(true);
    expect(binding.opDefinition('MaxPool').attributes['ksize']).toBe('list(int)');
  });
});
