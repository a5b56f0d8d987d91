import * as tf from '@tensorflow/tfjs';

/** Tensors, plain values, and arrays and plain objects of them, nested. */
export type Container = unknown;

/** Where in a container something is, for messages: `[0].x`. */
type Path = string;

function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A copy of the container with each leaf (all that is neither array nor plain object) replaced. */
export function mapLeaves(container: Container, replace: (leaf: unknown, path: Path) => unknown, path: Path = ''): Container {
  if (Array.isArray(container)) return container.map((element, i) => mapLeaves(element, replace, `${path}[${String(i)}]`));
  if (typeof container === 'object' && container !== null && isPlainObject(container)) {
    return Object.fromEntries(Object.entries(container).map(([key, value]) => [key, mapLeaves(value, replace, `${path}.${key}`)]));
  }
  return replace(container, path);
}

/** Numbers for objects that are compared by identity; they do not keep the object alive. */
const identities = new WeakMap<object, number>();
let identityCount = 0;

function identity(object: object): number {
  let number = identities.get(object);
  if (number === undefined) {
    number = identityCount++;
    identities.set(object, number);
  }
  return number;
}

function leafSignature(leaf: unknown, path: Path): string {
  if (leaf instanceof tf.Variable) return `variable ${String(identity(leaf))}`;
  if (leaf instanceof tf.Tensor) return `${leaf.dtype}[${leaf.shape.join(',')}]`;
  switch (typeof leaf) {
    case 'number':
      return Object.is(leaf, -0) ? '-0' : String(leaf);
    case 'string':
      return JSON.stringify(leaf);
    case 'boolean':
    case 'undefined':
      return String(leaf);
    case 'bigint':
      return `${String(leaf)}n`;
    case 'function':
      return `function ${String(identity(leaf))}`;
    case 'object':
      if (leaf === null) return 'null';
      if (ArrayBuffer.isView(leaf)) {
        throw new TypeError(`argument ${path} of a compiled function is a typed array, whose values would be frozen: make it a tensor`);
      }
      return `object ${String(identity(leaf))}`;
    default:
      throw new TypeError(`argument ${path} of a compiled function is a ${typeof leaf}; tensors, plain values, and arrays and objects of them are allowed`);
  }
}

/**
 * What one trace is good for: types and shapes of tensors, the structure, and the other values; variables, functions and objects of a class by identity.
 * @param tensors receives the tensors that are not variables, in order.
 */
export function signatureOf(container: Container, tensors: tf.Tensor[]): string {
  const parts: string[] = [];
  const visit = (value: Container, path: Path): void => {
    if (Array.isArray(value)) {
      parts.push('[');
      value.forEach((element, i) => {
        visit(element, `${path}[${String(i)}]`);
      });
      parts.push(']');
    } else if (typeof value === 'object' && value !== null && isPlainObject(value)) {
      parts.push('{');
      for (const [key, element] of Object.entries(value)) {
        parts.push(`${JSON.stringify(key)}:`);
        visit(element, `${path}.${key}`);
      }
      parts.push('}');
    } else {
      parts.push(leafSignature(value, path), ',');
      if (value instanceof tf.Tensor && !(value instanceof tf.Variable)) tensors.push(value);
    }
  };
  visit(container, '');
  return parts.join('');
}
