import { hasApl, isBert, type ModelName } from './models';

/** What ours may be compared with. */
export const PEERS = ['composite', 'stock', 'captured', 'repaired', 'keras', 'torch'] as const;
export type Peer = (typeof PEERS)[number];

/** The programs, by what they run. */
const PROGRAMS = {
  ours: "this project: its layers, fused activations and in-place optimiser, the whole step one function by compile()",
  composite: "the step of ours with the layers of TensorFlow.js, activations composed of its ops",
  stock: "TensorFlow.js's own layers, gradients, loss and optimiser, run eagerly by tfjs-node's kernels on the same TensorFlow",
  captured: 'the stock step, recorded by compile()',
  repaired: "the stock program with the runtime's repairs (gradients, batch normalisation, cross-entropy, optimiser), run eagerly",
  keras: 'Keras in Python on the same version of TensorFlow, the step one tf.function without XLA',
  torch: 'PyTorch in Python, eager, images channels-last',
} as const satisfies Record<Peer | 'ours', string>;
export type ProgramName = keyof typeof PROGRAMS;

/** Programs that run in Python. */
const PYTHON_PROGRAMS = ['keras', 'torch'] as const;
export type PythonProgram = (typeof PYTHON_PROGRAMS)[number];
export const isPython = (program: ProgramName): program is PythonProgram => (PYTHON_PROGRAMS as readonly string[]).includes(program);

const RELU = '-relu';

/** A program, on the network or on the same network with ReLU for APL. Each arm is a process of its own. */
export type ArmName = ProgramName | `${ProgramName}${typeof RELU}`;

/** The arm of the same program on the network with ReLU. */
export const reluArm = (program: ProgramName): ArmName => `${program}${RELU}`;

/** Which program an arm runs, and whether with ReLU for APL. */
export function programOf(arm: ArmName): { readonly program: ProgramName; readonly relu: boolean } {
  const relu = arm.endsWith(RELU);
  return { program: (relu ? arm.slice(0, -RELU.length) : arm) as ProgramName, relu };
}

/** What an arm is, for reports. */
export function describeArm(arm: ArmName): string {
  const { program, relu } = programOf(arm);
  return relu ? `the same as ${program} on the same network with ReLU for APL` : PROGRAMS[program];
}

/** Why a peer cannot take the steps of a model; undefined where it can. */
export function refusal(model: ModelName, peer: Peer): string | undefined {
  if (isBert(model) && (peer === 'composite' || peer === 'captured')) return 'tf.gather of its embeddings reads the ids in JavaScript, which compile() cannot record';
  if (model === 'apl-cnn' && peer === 'torch') return "the masks of its dropout are drawn by TensorFlow's generator";
  return undefined;
}

/** The arms of a model, ours first, without those that cannot take its steps. */
export function armsOf(model: ModelName, peers: readonly Peer[]): readonly ArmName[] {
  // One order whatever the order of the option, so that reports compare.
  const programs: readonly ProgramName[] = ['ours', ...PEERS.filter((peer) => peers.includes(peer) && refusal(model, peer) === undefined)];
  return programs.flatMap((program) => (hasApl(model) ? [program, reluArm(program)] : [program]));
}
