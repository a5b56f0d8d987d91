/** What ours may be compared with. */
export const PEERS = ['stock', 'captured', 'repaired', 'keras'] as const;
export type Peer = (typeof PEERS)[number];

/** The arms, by what they run. Each is a process of its own. */
export const ARMS = {
  ours: "this project: its layers, fused activations and in-place optimiser, the whole step one function by compile()",
  'ours-relu': 'the same as ours on the same network with ReLU for APL',
  stock: "TensorFlow.js's own layers, gradients, loss and optimiser, run eagerly by tfjs-node's kernels on the same TensorFlow",
  captured: 'the stock step, recorded by compile()',
  repaired: "the stock program with the runtime's repairs (gradients, batch normalisation, cross-entropy, optimiser), run eagerly",
  keras: 'Keras in Python on the same version of TensorFlow, the step one tf.function without XLA',
} as const satisfies Record<Peer | 'ours' | 'ours-relu', string>;
export type ArmName = keyof typeof ARMS;

/** The arms of a model, ours first. */
export function armsOf(model: string, peers: readonly Peer[]): readonly ArmName[] {
  // One order whatever the order of the option, so that reports compare.
  return ['ours', ...(model === 'apl' ? (['ours-relu'] as const) : []), ...PEERS.filter((peer) => peers.includes(peer))];
}
