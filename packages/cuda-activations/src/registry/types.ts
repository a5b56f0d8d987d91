import type { ActivationAlias, GatedName, PerChannelName, PointwiseName, PointwiseParameters, RowwiseName } from '../generated/activations';

/** `negative_slope` as `negativeSlope`. */
export type CamelCase<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;

export type ActivationName = PointwiseName | GatedName | PerChannelName | RowwiseName;
export type ActivationFamily = 'pointwise' | 'gated' | 'perChannel' | 'rowwise';

/** Scalar parameters of one pointwise activation as options; a missing one takes its default. */
export type PointwiseOptions<N extends PointwiseName> = {
  readonly [P in keyof PointwiseParameters[N] as CamelCase<P & string>]?: number;
};

/** An activation by name, alias or camelCase name, or with parameters: `{ name: 'leaky_relu', negativeSlope: 0.1 }`. */
export type ActivationSpec =
  | ActivationName
  | ActivationAlias
  | CamelCase<ActivationName>
  | { [N in PointwiseName]: { readonly name: N | CamelCase<N> } & PointwiseOptions<N> }[PointwiseName]
  | { readonly name: GatedName | PerChannelName | RowwiseName };

/** One scalar parameter of an activation; `null` bounds mean any finite number. */
export interface ParameterInfo {
  readonly name: string;
  readonly default: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly description: string;
}

/** One row of the activation table. */
export interface ActivationInfo {
  readonly name: ActivationName;
  readonly aliases: readonly string[];
  readonly family: ActivationFamily;
  readonly parameters: readonly ParameterInfo[];
  readonly formula: string;
  readonly derivative: string;
  /** As a function of x; pointwise only. */
  readonly secondDerivative?: string;
  /** The derivative as a function of y, or `null` where it is none; pointwise only. */
  readonly fromOutput?: string | null;
  /** The subgradient taken at each kink. */
  readonly kinks?: string | null;
  readonly source: string;
  /** Largest error in float32 units in the last place; pointwise only. */
  readonly ulp?: { readonly forward: number; readonly backward: number; readonly fromOutput: number | null };
  /** What rows without a value, or with infinities, become; rowwise only. */
  readonly limits?: string;
  /** Largest error of a float32 result in units of 2^-23 times the scale beside it; rowwise only. */
  readonly epsilons?: { readonly forward: number; readonly forwardScale: string; readonly backward: number; readonly backwardScale: string };
  /** The pointwise function of the gate; gated only. */
  readonly gate?: PointwiseName;
  /** Parameters learned per channel; perChannel only. */
  readonly learned?: readonly { readonly name: string; readonly shape: string; readonly description: string }[];
}

/** An activation with every parameter settled. */
export interface ResolvedActivation {
  readonly info: ActivationInfo;
  /** Canonical name (aliases resolved). */
  readonly name: ActivationName;
  /** Value of each parameter by its name in the table. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The same values in table order, as kernels take them. */
  readonly values: readonly number[];
}
