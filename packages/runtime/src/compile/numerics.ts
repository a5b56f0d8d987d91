import { dataTypeName } from '../binding/data-types';
import type { Node, OutputType } from './nodes';

/** Environment variable that turns `checkNumerics` on for every compiled function that does not say otherwise. */
const VARIABLE = 'CUDA_ACTIVATIONS_CHECK_NUMERICS';

/** Whether values are checked where a function does not say: 1 or 0 in the environment, else not. */
export function checksByDefault(environment: Readonly<Record<string, string | undefined>> = process.env): boolean {
  const value = environment[VARIABLE] || '0';
  if (value !== '0' && value !== '1') throw new Error(`${VARIABLE}: expected 0 or 1, got "${value}"`);
  return value === '1';
}

/** Thrown by a function compiled with `checkNumerics` where a value is NaN or infinite. */
export class NumericsError extends Error {
  override readonly name = 'NumericsError';

  constructor(
    /** The first tensor that went bad: what made it, its type and shape, and the line that asked for it. */
    readonly tensor: string,
    /** Number of the call of the compiled function, from 1: the training step, where it is one. */
    readonly call: number,
    found: string,
    functionName: string,
  ) {
    super(`compiled function "${functionName}", call ${String(call)}: ${tensor} holds ${found}; no value before it did`);
  }
}

const FLOATS: ReadonlySet<string> = new Set(['float32', 'float64', 'float16', 'bfloat16']);

/** Whether values of a type can be NaN. */
export const isFloat = ({ dtype }: OutputType): boolean => FLOATS.has(dataTypeName(dtype));

/** What a checked tensor is called. */
export function describeValue(node: Node, index: number): string {
  const { dtype, shape } = node.outputs[index] as OutputType;
  const type = `${dataTypeName(dtype)} [${shape.join(', ')}]`;
  switch (node.kind) {
    case 'argument':
      return `argument tensor ${String(node.position)}, ${type},`;
    case 'read':
      return `variable "${node.slot.variable.name}", ${type},${node.version > 0 ? ' after its update' : ''}`;
    case 'op':
      return `output ${String(index)} of ${node.op}, ${type}${node.location ? `, at ${node.location},` : ','}`;
    default:
      return `a ${node.kind === 'constant' ? 'constant' : 'tensor from outside'}, ${type},`;
  }
}

/** Marks the messages of our checks among all that TensorFlow says. */
const MARK = 'cuda-activations:';

/** The message of a check, as TensorFlow is given it. */
export const messageOf = (description: string): string => `${MARK}${Buffer.from(description).toString('base64')};`;

/** What TensorFlow's error says of a failed check; undefined where it is another error. */
export function failedCheck(error: unknown): { readonly tensor: string; readonly found: string } | undefined {
  // By its form: the binding's errors may be of another realm.
  const { message } = (error ?? {}) as { readonly message?: unknown };
  const [, encoded, found] = /cuda-activations:([A-Za-z0-9+/=]*); : Tensor had (.*?) values/.exec(String(message)) ?? [];
  return encoded === undefined || found === undefined ? undefined : { tensor: Buffer.from(encoded, 'base64').toString(), found: found.replace(/[+-]?Inf/g, (text) => text.replace('Inf', 'infinity')) };
}
