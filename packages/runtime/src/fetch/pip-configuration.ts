import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Environment } from './cache';

/** The part of pip's configuration that says where packages come from. */
export interface PipConfiguration {
  readonly indexUrls: readonly string[];
  /** Folders, files and pages that list wheels. */
  readonly findLinks: readonly string[];
  /** Bundle of certificates to trust, or undefined for Node's own. */
  readonly certificate?: string;
  readonly proxy?: string;
  /** `host` or `host:port` whose certificate is not checked. */
  readonly trustedHosts: readonly string[];
  /** Where the values came from, for error messages. */
  readonly sources: readonly string[];
}

export const DEFAULT_INDEX = 'https://pypi.org/simple';

/**
 * Reads pip's configuration as `pip download` would: files (global, user, site, PIP_CONFIG_FILE; sections [global], then [install], then [download]),
 * and over them the PIP_* variables. [install] counts as well, because that is where indexes are usually written.
 * Source: https://pip.pypa.io/en/stable/topics/configuration/
 */
export function readPipConfiguration(environment: Environment = process.env, files = configurationFiles(environment)): PipConfiguration {
  const sections = new Map<string, Map<string, string>>();
  const sources: string[] = [];
  for (const file of files) {
    let text: string;
    try {
      text = fs.readFileSync(file, 'utf8');
    } catch {
      continue;
    }
    sources.push(file);
    for (const [section, values] of parseIni(text)) {
      const into = sections.get(section) ?? new Map<string, string>();
      for (const [key, value] of values) into.set(key, value);
      sections.set(section, into);
    }
  }
  const variables = new Map<string, string>();
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith('PIP_') && value) variables.set(name.slice(4).toLowerCase().replace(/_/g, '-'), value);
  }
  const read = (key: string): string | undefined => {
    const layers = [variables, sections.get('download'), sections.get('install'), sections.get('global')];
    for (const layer of layers) {
      const value = layer?.get(key);
      if (value !== undefined) {
        if (layer === variables) sources.push(`PIP_${key.toUpperCase().replace(/-/g, '_')}`);
        return value;
      }
    }
    return undefined;
  };
  const list = (key: string): string[] => (read(key) ?? '').split(/\s+/).filter(Boolean);
  const truthy = /^(1|true|yes|on|y|t)$/i;
  const indexUrls = truthy.test(read('no-index') ?? '') ? [] : [read('index-url') ?? DEFAULT_INDEX, ...list('extra-index-url')];
  const certificate = read('cert');
  const proxy = read('proxy');
  return {
    indexUrls,
    findLinks: list('find-links').map(expandHome),
    trustedHosts: list('trusted-host'),
    ...(certificate ? { certificate: expandHome(certificate) } : {}),
    ...(proxy ? { proxy } : {}),
    sources,
  };
}

/** pip's configuration files, weakest first. */
export function configurationFiles(environment: Environment = process.env): string[] {
  const last = environment['PIP_CONFIG_FILE'];
  if (last === os.devNull) return [];
  const home = os.homedir();
  const global = (environment['XDG_CONFIG_DIRS'] || '/etc/xdg')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, 'pip', 'pip.conf'));
  const user = [
    path.join(home, '.pip', 'pip.conf'),
    ...(process.platform === 'darwin' ? [path.join(home, 'Library', 'Application Support', 'pip', 'pip.conf')] : []),
    path.join(environment['XDG_CONFIG_HOME'] || path.join(home, '.config'), 'pip', 'pip.conf'),
  ];
  const prefix = environment['VIRTUAL_ENV'] || environment['CONDA_PREFIX'];
  const site = prefix ? [path.join(prefix, 'pip.conf')] : [];
  return [...global, '/etc/pip.conf', ...user, ...site, ...(last ? [last] : [])];
}

/** Python's configparser dialect as far as pip uses it: `[section]`, `key = value` or `key: value`, continuation lines, whole-line comments. */
export function parseIni(text: string): Map<string, Map<string, string>> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let key: string | undefined;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const content = line.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    const header = /^\[([^\]]+)\]/.exec(line);
    if (header?.[1] !== undefined) {
      section = sections.get(header[1]) ?? new Map<string, string>();
      sections.set(header[1], section);
      key = undefined;
    } else if (/^\s/.test(line) && section && key !== undefined) {
      section.set(key, `${section.get(key) ?? ''}\n${content}`.trim());
    } else {
      const [, name = '', value = ''] = /^([^=:]+)[=:](.*)$/.exec(content) ?? [];
      key = name.trim().toLowerCase().replace(/_/g, '-').replace(/^--/, '');
      if (section && key) section.set(key, value.trim());
    }
  }
  return sections;
}

function expandHome(value: string): string {
  return value.startsWith('~/') ? path.join(os.homedir(), value.slice(2)) : value;
}
