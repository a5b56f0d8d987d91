import type { Figure } from './protocol.js';

// Control characters, and what turns the direction of a line round or takes no room: a name must look like what it is.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** A text of others with all of it to be seen: `\u{1b}` for what has no shape. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A number with four digits, or a dash. */
export function figure(value: Figure): string {
  if (value === null) return '–';
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(2);
  return size >= 1000 ? value.toFixed(0) : value.toPrecision(4);
}

/** A percentage with two places, or a dash. */
export function percent(value: Figure): string {
  if (value === null) return '–';
  return Math.abs(value) >= 1e4 ? value.toExponential(2) : value.toFixed(2);
}

/** A whole number, grouped. */
export function whole(value: number): string {
  return Math.abs(value) >= 1e9 ? value.toExponential(2) : Math.round(value).toLocaleString('en');
}

/** How long ago a time was, in one unit. */
export function ago(time: number, now: number): string {
  if (!(time > 0)) return '';
  const seconds = Math.max(0, (now - time) / 1000);
  if (seconds < 60) return `${String(Math.floor(seconds))} s`;
  if (seconds < 3600) return `${String(Math.floor(seconds / 60))} min`;
  if (seconds < 86_400) return `${String(Math.floor(seconds / 3600))} h`;
  return `${String(Math.floor(seconds / 86_400))} d`;
}
