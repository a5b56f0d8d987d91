import * as tf from '@cuda-activations/runtime';
import expected from '../random/testing/torch_check_values.json';
import { torchWeights } from '../weights/torch_weights';

interface CheckValue {
  readonly shape: readonly number[];
  readonly first: readonly number[];
  readonly last: number;
  readonly sum: number;
}

/** Expects the initial weights of the authors' run. Uniform values agree bit for bit, normal ones (deviation 0.05 and more) to 2e-8. */
export function expectAuthorsWeights(model: tf.LayersModel, run: keyof typeof expected.parameters): void {
  const weights = torchWeights(model);
  for (const [name, check] of Object.entries(expected.parameters[run]) as [string, CheckValue][]) {
    const { shape, data } = weights[name] as NonNullable<(typeof weights)[string]>;
    const normal = name.startsWith('layer');
    const close = (actual: number | undefined, value: number): void => {
      expect(Math.abs((actual ?? NaN) - value)).toBeLessThanOrEqual(normal ? 2e-8 : 0);
    };
    expect([name, shape]).toEqual([name, check.shape]);
    check.first.forEach((value, i) => close(data[i], value));
    close(data.at(-1), check.last);
    const sum = data.reduce((total, value) => total + value, 0);
    // Rounding of single values adds up like a random walk.
    expect(Math.abs(sum - check.sum)).toBeLessThan(normal ? 1e-3 : 1e-9);
  }
}

/** Gradients of the loss by PyTorch's names; every trainable weight must have one that is finite and not all zero. */
export function expectGradients(model: tf.LayersModel, parameters: readonly { name: string; trainable: boolean; variable: tf.Variable }[]): void {
  const [height, width, channels] = model.inputs[0]?.shape.slice(1) as [number, number, number];
  const images = tf.randomNormal([4, height, width, channels], 0, 1, 'float32', 3);
  const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3], 'int32'), 10);
  const trainable = parameters.filter(({ trainable: learns }) => learns);
  const { grads } = tf.variableGrads(
    () => tf.losses.softmaxCrossEntropy(labels, model.apply(images, { training: true }) as tf.Tensor) as tf.Scalar,
    trainable.map(({ variable }) => variable),
  );
  const without = trainable.filter(({ variable }) => {
    const gradient = grads[variable.name];
    const norm = gradient ? (tf.norm(gradient).dataSync()[0] as number) : 0;
    return !(norm > 0 && Number.isFinite(norm));
  });
  expect(without.map(({ name }) => name)).toEqual([]);
}

/** Expects a saved and loaded model to give the same logits. */
export async function expectSameAfterSaving(model: tf.LayersModel, folder: string): Promise<tf.LayersModel> {
  await model.save(`file://${folder}`);
  const loaded = await tf.loadLayersModel(`file://${folder}/model.json`);
  const [height, width, channels] = model.inputs[0]?.shape.slice(1) as [number, number, number];
  const images = tf.randomNormal([2, height, width, channels], 0, 1, 'float32', 5);
  expect((loaded.predict(images) as tf.Tensor).dataSync()).toEqual((model.predict(images) as tf.Tensor).dataSync());
  return loaded;
}
