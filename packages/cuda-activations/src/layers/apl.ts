import type * as tf from '@cuda-activations/runtime';
import * as tensorFunctions from '../functions/tensor_functions';
import type { DataFormat } from '../functions/tensor_like';
import { describe } from '../registry/describe';
import { tfjs } from '../tensorflow/tfjs';
import { drawHinges, settleInitialization } from './apl_initialization';
import type { AplInitialization } from './apl_initialization_names';
import type { AplShapes } from './apl_shapes';
import {
  type LayerArguments,
  onlyShape,
  onlyTensor,
  settleDataFormat,
  settleSharing,
  settleWeight,
  type SettledWeight,
  sharedShape,
  type Sharing,
  type WeightOptions,
} from './layer_arguments';

export type AplArguments = LayerArguments & {
  /** Number of hinges S. Default 5. */
  readonly segments?: number;
  /** Which elements share their hinges: a channel of an image or unit of a dense layer (`channel`, the default), all (`layer`), or none (`position`, the original). */
  readonly sharing?: Sharing;
  readonly dataFormat?: DataFormat;
  /** How a and b start, by name; see `AplInitialization`. Default `agostinelli`: a uniform in [-0.5, 0.5], b normal with standard deviation 0.5. */
  readonly initialization?: AplInitialization;
  /** Of the values that `initialization` draws; default: others each time. */
  readonly seed?: number;
  /** Of the slopes a, in place of `initialization`. */
  readonly aInitializer?: WeightOptions['initializer'];
  /** Of the positions b, in place of `initialization`. */
  readonly bInitializer?: WeightOptions['initializer'];
  readonly aRegularizer?: WeightOptions['regularizer'];
  readonly bRegularizer?: WeightOptions['regularizer'];
};

/**
 * Adaptive piecewise linear unit: y = max(0, x) + sum_s a[s, c] max(0, b[s, c] - x), a and b learned
 * (Agostinelli et al. 2015, arXiv:1412.6830). Weights `a` and `b` have the shape [segments, channels], [segments, 1] or
 * [segments, ...input without batch], by `sharing`.
 */
export class AdaptivePiecewiseLinear extends tfjs.layers.Layer {
  static readonly className = 'AdaptivePiecewiseLinear';
  readonly segments: number;
  readonly sharing: Sharing;
  readonly dataFormat: DataFormat;
  readonly initialization: AplInitialization;
  readonly seed: number | undefined;
  private readonly given: Readonly<Record<'a' | 'b', boolean>>;
  private readonly aOptions: SettledWeight;
  private readonly bOptions: SettledWeight;

  constructor(args: AplArguments = {}) {
    super(args);
    this.supportsMasking = true;
    const segments = args.segments ?? 5;
    if (!Number.isInteger(segments) || segments < 0) throw new RangeError(`${this.name}: segments must be a whole number of at least 0, got ${describe(segments)}`);
    this.segments = segments;
    this.sharing = settleSharing(this.name, args.sharing);
    this.dataFormat = settleDataFormat(this.name, args.dataFormat);
    this.initialization = settleInitialization(this.name, args.initialization);
    if (args.seed != null && !Number.isInteger(args.seed)) throw new RangeError(`${this.name}: seed must be a whole number, got ${describe(args.seed)}`);
    this.seed = args.seed ?? undefined;
    this.given = { a: args.aInitializer != null, b: args.bInitializer != null };
    this.aOptions = settleWeight({ initializer: args.aInitializer ?? 'zeros', regularizer: args.aRegularizer });
    this.bOptions = settleWeight({ initializer: args.bInitializer ?? 'zeros', regularizer: args.bRegularizer });
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = [this.segments, ...sharedShape(this.name, onlyShape(this.name, inputShape), this.sharing, this.dataFormat)];
    for (const [name, options] of [['a', this.aOptions], ['b', this.bOptions]] as const) {
      const weight = this.addWeight(name, shape, 'float32', options.initializer, options.regularizer, true);
      if (!this.given[name]) tfjs.tidy(() => { weight.write(drawHinges(this.initialization, name, shape, this.seed)); });
    }
    super.build(inputShape);
  }

  /** The learned functions, copied out of the weights; see `aplCurve`, `leftSlopes` and `aplCorners`. */
  shapes(): AplShapes {
    const [a, b] = this.weights;
    if (!a || !b) throw new Error(`${this.name} has no shapes before it is built`);
    const unitShape = a.shape.slice(1) as number[];
    const values = (weight: tf.LayerVariable): Float32Array => Float32Array.from(weight.read().dataSync());
    return { segments: this.segments, units: unitShape.reduce((product, size) => product * size, 1), unitShape, a: values(a), b: values(b) };
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [a, b] = this.weights.map((weight) => weight.read()) as [tf.Tensor, tf.Tensor];
    return tfjs.tidy(() => tensorFunctions.apl(onlyTensor(this.name, inputs), a, b, this.dataFormat));
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape | tf.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { aOptions, bOptions, given, segments, sharing, dataFormat, initialization, seed } = this;
    return {
      ...super.getConfig(),
      segments,
      sharing,
      dataFormat,
      initialization,
      ...(seed !== undefined && { seed }),
      ...(given.a && { aInitializer: aOptions.config.initializer as tf.serialization.ConfigDict }),
      ...(given.b && { bInitializer: bOptions.config.initializer as tf.serialization.ConfigDict }),
      aRegularizer: aOptions.config.regularizer as tf.serialization.ConfigDict,
      bRegularizer: bOptions.config.regularizer as tf.serialization.ConfigDict,
    };
  }
}
