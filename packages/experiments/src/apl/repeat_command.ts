import { optionsFor, type ClassificationConfig } from '../classification/config';
import type { ClassificationSubject } from '../classification/subject';
import { show } from '../config/fields';
import { readPreset } from '../config/presets';
import { resolveOptions } from '../config/resolve';
import { LOCAL_OPTIONS } from '../paper/export';

/** The command that makes the runs of a configuration again, whichever command reports them; folders of this machine are DIR. */
export function repeatCommand({ model, experiment }: ClassificationSubject, config: ClassificationConfig, preset: string): string {
  const usual = resolveOptions(optionsFor(model), [{ name: `preset ${preset}`, values: readPreset(experiment, preset) }]);
  const changed = Object.entries(usual).flatMap(([name, value]) => {
    const chosen = config[name as keyof ClassificationConfig];
    return name === 'force' || show(chosen) === show(value) ? [] : [`--${name}=${LOCAL_OPTIONS.includes(name) ? 'DIR' : show(chosen)}`];
  });
  return ['activations run', experiment, `--preset=${preset}`, ...changed].join(' ');
}
