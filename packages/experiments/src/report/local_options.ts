/** Options that say where files lay on the machine of the runs. */
export const LOCAL_OPTIONS: readonly string[] = ['dataDir', 'runsDir', 'resultsDir', 'weights', 'vocabulary', 'force'];

/** What a report may say of a configuration: nothing of the machine. */
export function withoutLocal(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !LOCAL_OPTIONS.includes(key)));
}
