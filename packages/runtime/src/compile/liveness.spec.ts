import * as tf from '../index';
import { beforeUpdate, consumersOf, liveNodes } from './liveness';
import type { Node, OpNode } from './nodes';
import { traceFunction } from './tracing';

const described = (node: Node): string => (node.kind === 'op' ? node.op : node.kind);

/** For each update of the function, what must run before it. */
function orderOf(fn: () => tf.Tensor[]): string[][] {
  const { trace, values } = traceFunction(tf.tensorflowBackend(), fn, []);
  const updates = trace.ops.filter((op: OpNode) => op.updates.length > 0);
  const live = liveNodes([...values.map(({ node }) => node), ...updates]);
  const order = updates.map((update) => [...beforeUpdate(update, live, consumersOf(live))].map(described).sort());
  trace.close();
  return order;
}

describe('an update waits for', () => {
  const v = tf.variable(tf.ones([2, 2]));
  const update = (): void => {
    tf.applyInPlace('AssignAddVariableOp', [v], {}, [tf.ones([2, 2])]);
  };

  it('earlier uses of the value, through reshapes, but not for those recorded after it', () => {
    expect(
      orderOf(() => {
        const direct = v.exp();
        const old = v.reshape([4]);
        const reshaped = old.log();
        update();
        return [direct, reshaped, old.sin(), v.cos()];
      }),
    ).toEqual([['Exp', 'Log', 'Reshape', 'read']]);
  });

  it('the update before it, and uses of what that one left', () => {
    expect(
      orderOf(() => {
        update();
        const between = v.exp();
        update();
        return [between];
      }),
    ).toEqual([[], ['AssignAddVariableOp', 'Exp', 'read']]);
  });

  it('nothing where the value is not used', () => {
    expect(
      orderOf(() => {
        v.exp();
        update();
        return [];
      }),
    ).toEqual([[]]);
  });
});
