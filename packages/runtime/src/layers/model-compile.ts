import type * as tf from '@tensorflow/tfjs';
import { categoricalCrossentropy, sparseCategoricalCrossentropy } from '../losses/losses';

type Loss = tf.ModelCompileArgs['loss'];
type LossFunction = (target: tf.Tensor, output: tf.Tensor) => tf.Tensor;

/** The part of tf.LayersModel that is touched here. */
export interface CompilablePrototype {
  compile(this: unknown, args: tf.ModelCompileArgs): void;
}

interface CompiledModel {
  outputNames: string[];
  lossFunctions: LossFunction[];
}

const replacements: Readonly<Record<string, LossFunction>> = { categoricalCrossentropy, sparseCategoricalCrossentropy };

/**
 * `compile` of tf.LayersModel with the cross-entropies that are asked for by name as one op each. They are put in place after stock has run, because
 * stock chooses what 'accuracy' means, and which shape targets must have, by the identity of its own loss functions.
 */
export function modelCompile(stock: CompilablePrototype['compile']): CompilablePrototype['compile'] {
  return function (this: unknown, args): void {
    stock.call(this, args);
    const model = this as CompiledModel;
    // A Sequential hands over to an inner model, whose `compile` comes through here as well.
    if (!Array.isArray(model.lossFunctions)) return;
    model.outputNames.forEach((output, index) => {
      const replacement = replacements[String(lossOf(args.loss, output, index))];
      if (replacement !== undefined) model.lossFunctions[index] = replacement;
    });
  };
}

function lossOf(loss: Loss, output: string, index: number): unknown {
  if (typeof loss === 'string') return loss;
  return Array.isArray(loss) ? (loss as unknown[])[index] : (loss as unknown as Record<string, unknown> | undefined)?.[output];
}
