import { show, type OptionsSchema } from '../config/fields';
import { readPreset } from '../config/presets';
import { resolveOptions } from '../config/resolve';
import { LOCAL_OPTIONS } from './local_options';

/** The command that makes the runs of a configuration again, whichever command reports them; folders of this machine are DIR. */
export function repeatCommand(experiment: string, options: OptionsSchema, config: Readonly<Record<string, unknown>>, preset: string): string {
  const usual = resolveOptions(options, [{ name: `preset ${preset}`, values: readPreset(experiment, preset) }]);
  const changed = Object.entries(usual).flatMap(([name, value]) => {
    const chosen = config[name];
    return name === 'force' || show(chosen) === show(value) ? [] : [`--${name}=${LOCAL_OPTIONS.includes(name) ? 'DIR' : show(chosen)}`];
  });
  return ['activations run', experiment, `--preset=${preset}`, ...changed].join(' ');
}
