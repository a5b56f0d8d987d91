import * as tf from '@tensorflow/tfjs';
import { sparseSoftmaxCrossEntropy } from './losses';

/** tfjs' own `losses` and what is added to them; the same object, so that a switched repair shows in both. */
export const losses = Object.assign(tf.losses, { sparseSoftmaxCrossEntropy });
