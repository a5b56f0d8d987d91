/** Edit distance with transposition of neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (beforePrevious[j - 2] ?? 0) + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** ` (did you mean X?)` where a valid name is close to what was typed, else an empty string. */
export function suggestion(typed: string, valid: readonly string[]): string {
  const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, '');
  const [best] = valid
    .map((name) => ({ name, steps: distance(plain(typed), plain(name)) }))
    .sort((a, b) => a.steps - b.steps);
  return best && best.steps <= Math.max(1, Math.floor(typed.length / 3)) ? ` (did you mean ${best.name}?)` : '';
}
