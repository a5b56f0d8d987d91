import type { Distribution, Values } from './definition';
import { isRange, requireRange } from './expand';

/** Draws options at random: the same for the same seed. @throws UsageError for a range that is none */
export async function samplesOf(space: Readonly<Record<string, Distribution>>, count: number, seed: number): Promise<Values[]> {
  for (const [name, distribution] of Object.entries(space)) if (isRange(distribution)) requireRange(`random ${name}`, distribution);
  // Only here: the package of the generator loads TensorFlow.
  const { Mt19937 } = await import('@cuda-activations/models');
  const generator = new Mt19937(seed);
  const uniform = () => generator.nextUint32() / 2 ** 32;
  return Array.from({ length: count }, () => Object.fromEntries(Object.entries(space).map(([name, distribution]) => [name, draw(distribution, uniform())])));
}

function draw(distribution: Distribution, uniform: number): Values[string] {
  if (!isRange(distribution)) return distribution.choices[Math.floor(uniform * distribution.choices.length)] ?? null;
  const { low, high, scale, integer } = distribution;
  // The end of whole numbers is among them.
  const top = integer ? high + 1 : high;
  const at = scale === 'log' ? Math.exp(Math.log(low) + (Math.log(top) - Math.log(low)) * uniform) : low + (top - low) * uniform;
  return integer ? Math.min(high, Math.floor(at)) : Number(at.toPrecision(6));
}
