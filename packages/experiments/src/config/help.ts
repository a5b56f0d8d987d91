import { exitCodesLine } from '../exit_codes';
import { expectation, show, type Field } from './fields';

/** What `--help` prints: every option with what it takes and its default. */
export function helpText(about: {
  readonly command: string;
  readonly summary: string;
  readonly fields: readonly Field[];
  readonly presets: readonly string[];
  readonly defaultPreset: string;
  /** Values of the default preset, which take the place of the schema's defaults. */
  readonly presetValues: Readonly<Record<string, unknown>>;
}): string {
  const lines = [about.summary, '', `usage: ${about.command} [--option=value ...]`, ''];
  const width = Math.max(...about.fields.map((field) => field.name.length)) + 4;
  for (const field of about.fields) {
    const preset = about.presetValues[field.name];
    const usual = preset === undefined || show(preset) === show(field.default) ? `default ${show(field.default)}` : `${about.defaultPreset}: ${show(preset)}; otherwise ${show(field.default)}`;
    lines.push(`  ${`--${field.name}`.padEnd(width)}${field.description}`);
    lines.push(`  ${''.padEnd(width)}${expectation(field)} [${usual}]`);
  }
  lines.push('', `presets: ${about.presets.join(', ')} (default ${about.defaultPreset}); an option given on the command line wins over the preset`);
  lines.push(exitCodesLine());
  return lines.join('\n');
}
