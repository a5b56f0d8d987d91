import * as fs from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Wheel } from './artefacts';
import { type ClientOptions, getText, redact } from './http';

/** A place to take a wheel from. */
export type WheelSource = { readonly kind: 'file'; readonly path: string } | { readonly kind: 'url'; readonly url: URL };

/** One link of an index page. */
interface IndexLink {
  readonly file: string;
  readonly url: URL;
  readonly sha256?: string;
}

const ACCEPT = 'application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1';

/**
 * Every place that pip's configuration offers for a wheel: find-links first (local), then the indexes in order.
 * @param tried gets a line for each place that has nothing, for the final error.
 */
export async function findWheel(wheel: Wheel, options: ClientOptions, tried: string[]): Promise<WheelSource[]> {
  const sources: WheelSource[] = [];
  for (const place of options.pip.findLinks) {
    const local = localPath(place);
    if (local === undefined) await readPage(new URL(place), wheel, options, sources, tried);
    else await readLocal(local, wheel, sources, tried);
  }
  for (const index of options.pip.indexUrls) {
    const local = localPath(index);
    if (local !== undefined) {
      await readLocal(path.join(local, wheel.project), wheel, sources, tried);
      continue;
    }
    const page = URL.canParse(index) ? new URL(`${index.replace(/\/+$/, '')}/${wheel.project}/`) : undefined;
    if (page === undefined) tried.push(`index ${redact(index)}: not a URL`);
    else await readPage(page, wheel, options, sources, tried);
  }
  return sources;
}

/** Links of a PEP 691 (JSON) or PEP 503 (HTML) page. */
export function parseIndexPage(text: string, contentType: string, base: URL): IndexLink[] {
  return contentType.includes('json') ? parseJson(text, base) : parseHtml(text, base);
}

async function readPage(page: URL, wheel: Wheel, options: ClientOptions, sources: WheelSource[], tried: string[]): Promise<void> {
  try {
    requireSafe(page, options);
    const answer = await getText(page, { accept: ACCEPT }, options);
    addMatches(parseIndexPage(answer.text, answer.headers['content-type'] ?? '', answer.url), wheel, redact(page), options, sources, tried);
  } catch (error) {
    tried.push(`index page ${redact(page)}: ${(error as Error).message}`);
  }
}

function addMatches(links: readonly IndexLink[], wheel: Wheel, page: string, options: ClientOptions, sources: WheelSource[], tried: string[]): void {
  const named = links.filter((link) => link.file === wheel.file);
  if (named.length === 0) tried.push(`${page}: lists ${links.length} files, but not ${wheel.file}`);
  for (const link of named) {
    if (link.sha256 !== undefined && link.sha256 !== wheel.sha256) {
      tried.push(`${page}: its ${wheel.file} has sha256 ${link.sha256}, not ${wheel.sha256}`);
    } else if (link.url.protocol === 'file:') {
      sources.push({ kind: 'file', path: fileURLToPath(link.url) });
    } else {
      requireSafe(link.url, options);
      sources.push({ kind: 'url', url: link.url });
    }
  }
}

/** A folder that holds the wheel, or an HTML file that links to it. */
async function readLocal(place: string, wheel: Wheel, sources: WheelSource[], tried: string[]): Promise<void> {
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  const file = stat?.isDirectory() ? path.join(place, wheel.file) : place;
  if (path.basename(file) === wheel.file && fs.existsSync(file)) sources.push({ kind: 'file', path: file });
  else tried.push(`folder ${place}: ${stat ? `no ${wheel.file} in it` : 'not there'}`);
}

/** Plain http is refused except on this machine: a hash protects the wheel, but not the credentials. */
function requireSafe(url: URL, options: ClientOptions): void {
  const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  const trusted = options.pip.trustedHosts.some((host) => host === url.hostname || host === url.host);
  if (url.protocol === 'http:' && !local && !trusted) throw new Error(`${redact(url)}: plain http is used only for hosts in pip's trusted-host`);
}

function parseJson(text: string, base: URL): IndexLink[] {
  const page = JSON.parse(text) as { files?: { filename?: string; url?: string; hashes?: Record<string, string> }[] };
  if (!Array.isArray(page.files)) throw new Error('the JSON page has no list "files"');
  return page.files.flatMap(({ filename, url, hashes }) =>
    filename !== undefined && url !== undefined ? [link(filename, resolve(url, base), hashes?.['sha256'])] : [],
  );
}

function parseHtml(text: string, page: URL): IndexLink[] {
  const attribute = (tag: string, name: string): string | undefined => {
    const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag);
    return unescape(found?.[1] ?? found?.[2] ?? found?.[3]);
  };
  const baseTag = /<base\b[^>]*>/i.exec(text)?.[0];
  const base = resolve((baseTag && attribute(baseTag, 'href')) ?? page.href, page);
  return [...text.matchAll(/<a\b[^>]*>/gi)].flatMap(([tag]) => {
    const href = attribute(tag, 'href');
    if (!href) return [];
    const url = resolve(href, base);
    const sha256 = /sha256=([0-9a-f]{64})/i.exec(url.hash)?.[1]?.toLowerCase();
    url.hash = '';
    return [link(decodeURIComponent(path.posix.basename(url.pathname)), url, sha256)];
  });
}

function link(file: string, url: URL, sha256: string | undefined): IndexLink {
  return { file, url, ...(sha256 ? { sha256 } : {}) };
}

/** A link on the index's own host keeps the index's credentials, as in pip. */
function resolve(href: string, base: URL): URL {
  const url = new URL(href, base);
  if (url.host === base.host && !url.username) [url.username, url.password] = [base.username, base.password];
  return url;
}

function unescape(value: string | undefined): string | undefined {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#43': '+', '#x2b': '+' };
  return value?.replace(/&(#?\w+);/g, (whole, name: string) => entities[name.toLowerCase()] ?? whole);
}

function localPath(place: string): string | undefined {
  if (place.startsWith('file:')) return fileURLToPath(place);
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(place) ? undefined : path.resolve(place);
}
