import type { NamedParameter } from '@cuda-activations/models';

/** A module whose gradients are watched. */
export interface GradientGroup {
  readonly name: string;
  readonly parameters: readonly NamedParameter[];
}

/** Of so many layers all are watched, of more every third. */
const FEW = 4;
const STRIDE = 3;

/** The modules of the paper's figures 9 and 10: layers 1, 4, 7, 10 of 12 (all of a network with few) and the classifier. */
export function gradientGroups(parameters: readonly NamedParameter[]): GradientGroup[] {
  const layers = [...new Set(parameters.flatMap(({ name }) => /^bert\.encoder\.layer\.\d+/.exec(name) ?? []))];
  const watched = layers.filter((_, i) => layers.length <= FEW || i % STRIDE === 0);
  const group = (name: string, prefix: string): GradientGroup => ({ name, parameters: parameters.filter((parameter) => parameter.name.startsWith(`${prefix}.`)) });
  return [...watched.map((prefix) => group(`layer ${layers.indexOf(prefix) + 1}`, prefix)), group('classifier', 'classifier')];
}

/** For each module the mean of its weights' norms, as the authors log it, from the norms of all in order. */
export function groupNorms(groups: readonly GradientGroup[], norms: ArrayLike<number>): Record<string, number> {
  let at = 0;
  return Object.fromEntries(
    groups.map(({ name, parameters }) => {
      const sum = parameters.reduce((total) => total + (norms[at++] ?? NaN), 0);
      return [name, sum / parameters.length];
    }),
  );
}
