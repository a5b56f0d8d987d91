import type * as tf from '@cuda-activations/runtime';
import type { ActivationSpec } from 'cuda-activations';
import { oneOf } from '../layers/arguments';
import { TorchGenerator } from '../random/torch_generator';
import { namedParameters } from '../weights/named_parameters';
import { NAMED_SCHEMES, type NamedScheme } from './schemes';
import { suitedScheme } from './suited';
import { namedRecipe, type Recipe } from './torch_recipes';

/**
 * How weights start: `torch` as PyTorch's constructors do, `authors` bit for bit as in the authors' runs (for seed 42), a
 * scheme by name for every kernel with biases at 0, or `suited`: the scheme that fits the activation, see {@link suitedScheme}.
 */
export const INITIALIZATIONS = ['torch', 'authors', 'suited', ...NAMED_SCHEMES] as const;
/** How weights start. */
export type Initialization = (typeof INITIALIZATIONS)[number];

/** The seed of the authors. */
export const DEFAULT_SEED = 42;

/** Options of the initial weights. */
export interface InitializationOptions {
  /** Default `torch`. */
  readonly initialization?: Initialization;
  /** Default 42. Equal seeds give equal weights for every activation. */
  readonly seed?: number;
  /** Draws the weights, and stands after them when the model is made; default a new one of `seed`. The run's batch order continues on it. */
  readonly generator?: TorchGenerator;
}

/**
 * Sets the initial weights of a model.
 * @param activation decides what `suited` means; without one it is that of ReLU
 * @returns the model
 */
export function initialize(model: tf.LayersModel, options: InitializationOptions & { readonly activation?: ActivationSpec }, torchRecipe: Recipe): tf.LayersModel {
  const { initialization: asked = 'torch', seed = DEFAULT_SEED, generator = new TorchGenerator(seed), activation = 'relu' } = options;
  oneOf('initialization', asked, INITIALIZATIONS);
  const initialization = asked === 'suited' ? suitedScheme(activation) : asked;
  const named = (NAMED_SCHEMES as readonly string[]).includes(initialization);
  const recipe = named ? namedRecipe(initialization as NamedScheme) : torchRecipe;
  recipe(namedParameters(model), generator, initialization === 'authors' ? { seed } : undefined);
  return model;
}
