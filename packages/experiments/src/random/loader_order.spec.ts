import { TorchGenerator } from '@cuda-activations/models';
import { LoaderOrder } from './loader_order';
import { authorsSplit } from './splits';
import expected from './testing/torch_order_check_values.json';

/** A generator after the model of a run has drawn its weights: one 32-bit draw a parameter for the CNN. */
const afterCnn = (parameters: number): TorchGenerator => {
  const generator = new TorchGenerator(42);
  generator.skipUniform(parameters);
  return generator;
};

describe('LoaderOrder', () => {
  it.each([
    ['cnn/MNIST', 'mnist', 44_426],
    ['cnn/CIFAR-10', 'cifar10', 62_006],
  ] as const)('gives the batches of %s, epoch after epoch', (run, dataset, parameters) => {
    const order = new LoaderOrder(afterCnn(parameters));
    const { train } = authorsSplit(dataset);
    const check = expected.orders[run];
    for (const epoch of [1, 2, 3] as const) {
      const positions = order.shuffled(train.length);
      expect(Array.from(positions.subarray(0, 10))).toEqual(check[`epoch${epoch}_first10`]);
      expect(positions.at(-1)).toBe(check[`epoch${epoch}_last`]);
      order.sequential(); // validation
    }
  });

  it('continues from a checkpoint', () => {
    const order = new LoaderOrder(afterCnn(10));
    order.shuffled(100);
    order.sequential();
    const copy = LoaderOrder.fromState(JSON.parse(JSON.stringify(order.state())) as ReturnType<LoaderOrder['state']>);
    expect(copy.shuffled(100)).toEqual(order.shuffled(100));
  });

  it('draws for the validation loader too: without it the second epoch differs', () => {
    const [announced, forgotten] = [new LoaderOrder(afterCnn(10)), new LoaderOrder(afterCnn(10))];
    expect(announced.shuffled(100)).toEqual(forgotten.shuffled(100));
    announced.sequential();
    expect(announced.shuffled(100)).not.toEqual(forgotten.shuffled(100));
  });
});
