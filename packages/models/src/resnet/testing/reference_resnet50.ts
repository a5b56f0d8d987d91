import { batchNorm2d, conv2d, flattenChannelsFirst, image4, linear, map, maxPool2d, type Image4 } from '../../layers/testing/reference';
import type { TorchWeights } from '../../weights/torch_weights';

/**
 * torchvision's ResNet-50 v1.5 in evaluation mode, in double precision, from its state dictionary. The stem is told from the
 * size of its kernel.
 *
 * @returns logits of each image
 */
export function referenceResNet50(images: Image4, weights: TorchWeights, activation: (x: number) => number): number[][] {
  const weight = (name: string): TorchWeights[string] => weights[name] as TorchWeights[string];
  const normalized = (x: Image4, name: string): Image4 => {
    const [gamma, beta, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map((part) => weight(`${name}.${part}`).data) as [Float32Array, Float32Array, Float32Array, Float32Array];
    return batchNorm2d(x, mean, variance, gamma, beta, 1e-5);
  };
  const block = (x: Image4, name: string, stride: number): Image4 => {
    let y = map(normalized(conv2d(x, weight(`${name}.conv1.weight`), undefined, 1, 0), `${name}.bn1`), activation);
    y = map(normalized(conv2d(y, weight(`${name}.conv2.weight`), undefined, stride, 1), `${name}.bn2`), activation);
    y = normalized(conv2d(y, weight(`${name}.conv3.weight`), undefined, 1, 0), `${name}.bn3`);
    const projected = `${name}.downsample.0.weight` in weights;
    const identity = projected ? normalized(conv2d(x, weight(`${name}.downsample.0.weight`), undefined, stride, 0), `${name}.downsample.1`) : x;
    return image4(y.shape, (i) => activation((y.data[i] as number) + (identity.data[i] as number)));
  };

  const [stride, padding] = weight('conv1.weight').shape[2] === 7 ? [2, 3] : [1, 1];
  let x = map(normalized(conv2d(images, weight('conv1.weight'), undefined, stride, padding), 'bn1'), activation);
  x = maxPool2d(x, 3, 2, 1);
  for (let layer = 1; layer <= 4; layer++) {
    for (let i = 0; `layer${layer}.${i}.conv1.weight` in weights; i++) x = block(x, `layer${layer}.${i}`, i === 0 && layer > 1 ? 2 : 1);
  }
  const [batch, height, width, channels] = x.shape;
  return Array.from({ length: batch }, (_, n) => {
    const values = flattenChannelsFirst(x, n);
    const pooled = Array.from({ length: channels }, (_, c) => values.slice(c * height * width, (c + 1) * height * width).reduce((sum, value) => sum + value, 0) / (height * width));
    return linear(pooled, weight('fc.weight'), weight('fc.bias').data);
  });
}
