// Seeded faults that `npm test` must catch, one edit of one file each; those of the CUDA kernels and their launcher are in
// packages/cuda-activations/scripts/cuda/mutations.mjs and run with test-cuda.
// `tests`: for TypeScript the spec files that should see it, for C++ a filter of the names of the kernel tests.

/** @typedef {{name: string, file: string, find: string, replace: string, tests: string}} Mutation */

const at = (folder) => (name, file, find, replace, tests) => ({ name, file: `packages/${folder}/${file}`, find, replace, tests });
const activations = at('cuda-activations/src');
const models = at('models/src');
const runtime = at('runtime/src');
const experiments = at('experiments/src');
const cpu = at('cuda-activations/native/cpu');

/** @type {readonly Mutation[]} */
export const typescript = [
  activations('shared memory is let in', 'arrays/float_array.ts', 'if (types.isSharedArrayBuffer(array.buffer))', 'if (false)', 'functions/validation.spec'),
  activations('a row length that does not divide', 'functions/rowwise.ts', ': array.length % rowLength !== 0)', ': false)', 'functions/rowwise.spec'),
  activations('the least value of a parameter is refused', 'registry/parameters.ts', 'value >= min)', 'value > min)', 'registry/registry.spec'),
  activations('channels of another dimension', 'functions/tensor_functions.ts', "return dataFormat === 'channelsFirst' ? 1 : x.rank - 1;", 'return x.rank - 1;', 'functions/tensors.properties.spec'),
  activations('a saved layer forgets its parameters', 'layers/fused_activation.ts', 'return { activation: activation.name, ...Object.fromEntries(parameters) };', 'return { activation: activation.name };', 'layers/layers'),
  activations('the second gradient of rows takes their output for a constant', 'kernels/rowwise.ts', 'gradientDepth() > 1 ? FusedRowActivation : FusedRowActivationFromOutput', 'FusedRowActivationFromOutput', 'kernels/rowwise.spec'),
  activations('an unknown option is passed over', 'functions/options.ts', 'if (known.includes(key)) continue;', 'if (known.length > 0) continue;', 'functions/validation.spec|functions/families.spec'),
  models('an array of another size than its shape', 'weights/safetensors.ts', 'if (to - from !== bytes)', 'if (to - from < bytes)', 'weights/safetensors.properties.spec'),
  models('whole numbers of 64 bits wrap', 'weights/safetensors.ts', 'if (BigInt.asIntN(32, value) !== value)', 'if (false)', 'weights/safetensors.properties.spec'),
  models('the variance of batch normalisation is not that of PyTorch', 'layers/batch_norm2d.ts', 'unbiased: true', 'unbiased: false', 'layers/layers.spec'),
  models('subnormal halves', 'weights/half_precision.ts', 'exponent === 0 ? sign * fraction * 2 ** -24', 'exponent === 0 ? sign * fraction * 2 ** -25', 'bert/weights.spec|weights/'),
  runtime('a download of another content is taken', 'fetch/download.ts', 'if (sha256 === wheel.sha256) {', 'if (sha256 !== "") {', 'fetch/fetch-tensorflow.spec'),
  runtime('an archive may hold symbolic links', 'fetch/unpack.ts', '=== 0o120000)', '=== 0o120001)', 'fetch/fetch-tensorflow.spec'),
  runtime("Adam's epsilon stands elsewhere", 'optimizers/adam.ts', "this.form === 'keras' ? epsilon :", "this.form !== 'keras' ? epsilon :", 'optimizers/optimizers.spec'),
  runtime('an update does not wait for the one before it', 'compile/liveness.ts', 'if (previous !== undefined) before.add(previous);', '', 'compile/'),
  runtime('cells of a window outside the image are counted', 'ops/padding.ts', 'Math.max(0, Math.min(start + window, input) - Math.max(start, 0))', 'window', 'ops/'),
  experiments('the lock of another machine holds for ever', 'runs/lock.ts', '<= LEASE_MS;', '<= Infinity;', 'runs/lock.spec'),
  experiments('an owner is not told that it lost its folder', 'runs/lock.ts', 'if ((JSON.parse(fs.readFileSync(descriptor, \'utf8\')) as Owner).token !== self.token) return false;', '', 'runs/lock.spec'),
  experiments('a failed write leaves its temporary file', 'runs/atomic.ts', 'fs.rmSync(temporary, { force: true });', '', 'runs/checkpoint.spec'),
  experiments('new arrays take the place of those that the old checkpoint names', 'runs/checkpoint.ts', ' ?? 0))) + 1;', ' ?? 0)));', 'runs/checkpoint.spec|runs/readers'),
  experiments('label 10 of MNIST', 'data/idx.ts', 'label >= CLASSES)', 'label > CLASSES)', 'data/'),
  experiments('green is red', 'data/cifar.ts', 'source[from + PLANE + pixel]', 'source[from + pixel]', 'data/cifar.spec'),
  experiments('an archive writes where it says', 'data/untar.ts', 'path.posix.basename(text(header, 0, 100))', 'text(header, 0, 100)', 'data/'),
  experiments('an equal loss is an improvement', 'train/early_stopping.ts', 'loss < state.best;', 'loss <= state.best;', 'train/early_stopping.spec'),
  experiments('F1 counts classes that do not occur', 'train/scores.ts', '(predicted[c] ?? 0) > 0).length', '(predicted[c] ?? 0) >= 0).length', 'train/scores.spec'),
  experiments("Holm's factor is one too small", 'stats/holm.ts', '(tests.length - rank)', '(tests.length - rank - 1)', 'stats/'),
  experiments('validation images are trained on', 'random/splits.ts', 'order.subarray(0, count - validationCount)', 'order.subarray(0, count)', 'random/splits.spec|classification/'),
  experiments('quotes are not escaped', 'report/html.ts', '[&<>"\']', '[&<>]', 'classification/report/report.spec'),
];

/** @type {readonly Mutation[]} */
export const cpp = [
  cpu('memory that overlaps in part', 'checks.cc', 'if (apart || (same && in_place)) continue;', 'if (apart || in_place) continue;', 'arguments_are_named'),
  cpu('an address between elements', 'checks.cc', '% element_size != 0)', '% element_size > element_size)', 'arguments_are_named'),
  cpu('sums of a chunk are combined in the place of another', 'channel_partition.cc', 'item.partial = row_chunk * p.inner_blocks + inner_block;', 'item.partial = row_chunk * p.inner_blocks;', 'against_reference'),
  cpu('the last rows are left out', 'channel_partition.cc', 'p.row_chunks = DivideUp(layout.outer, p.rows);', 'p.row_chunks = std::max<int64_t>(1, layout.outer / p.rows);', 'against_reference'),
  cpu('sums are not cleared between patterns', 'prelu.cc', 'std::memset(sum, 0, sizeof(Math) * static_cast<size_t>(pattern.size));', '', 'prelu_against_reference'),
  cpu('rows of gates begin where those of the output do', 'gated.cc', 'f(row * op.stride + column, i, n);', 'f(i, i, n);', 'gated_against_reference'),
  cpu('dropout of the gradient has no mask', 'bias_activation.cc', '      dropout.Apply(loops, offset, masked, n);\n', '', 'bias_activation'),
  cpu('the residual is left out of the gradient', 'bias_activation.cc', '{loops, saved, bias, residual},', '{loops, saved, bias, nullptr},', 'bias_activation'),
  cpu('the gradient forgets dy', 'pointwise.cc', '{x, dy}, dx, op.count, parallel);', '{x, x}, dx, op.count, parallel);', 'accuracy_float32'),
  cpu('threads leave out the last elements', 'thread_pool.cc', '(*body)(begin, std::min(begin + batch, count));', '(*body)(begin, std::min(begin + batch, count - 1));', 'threads'),
];
