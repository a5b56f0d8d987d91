import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import * as tls from 'node:tls';
import type { Environment } from './cache';
import type { PipConfiguration } from './pip-configuration';

/** A failed request: `retry` says whether trying again could help. */
export class HttpError extends Error {
  constructor(
    message: string,
    readonly retry: boolean,
    readonly status?: number,
    /** Seconds that the server asks to wait. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/** How requests are made. */
export interface ClientOptions {
  readonly environment: Environment;
  readonly pip: PipConfiguration;
  /** Milliseconds without a byte after which a connection counts as dead. */
  readonly stallTimeout: number;
}

/** An answer whose body has not been read. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: http.IncomingMessage;
  /** After redirects. */
  readonly url: URL;
}

const MAXIMUM_REDIRECTS = 10;

/** GET with redirects, proxies (CONNECT), pip's certificates, credentials in the URL, and a timeout on silence. */
export async function get(address: URL, headers: Record<string, string>, options: ClientOptions): Promise<Answer> {
  let url = address;
  for (let redirects = 0; redirects <= MAXIMUM_REDIRECTS; redirects++) {
    const body = await request(url, headers, options);
    const status = body.statusCode ?? 0;
    const location = body.headers.location;
    if (status >= 300 && status < 400 && status !== 304 && location !== undefined) {
      body.resume();
      const next = new URL(location, url);
      if (url.protocol === 'https:' && next.protocol !== 'https:') throw new HttpError(`${redact(url)} redirects from https to ${redact(next)}`, false);
      if (next.host === url.host && !next.username) [next.username, next.password] = [url.username, url.password];
      url = next;
      continue;
    }
    if (status === 200 || status === 206 || status === 416) return { status, headers: body.headers, body, url };
    body.resume();
    const after = Number(body.headers['retry-after']);
    const retry = status >= 500 || status === 408 || status === 429;
    throw new HttpError(`${redact(url)} answered ${status} ${body.statusMessage ?? ''}`.trim(), retry, status, Number.isFinite(after) ? after : undefined);
  }
  throw new HttpError(`${redact(address)} redirects more than ${MAXIMUM_REDIRECTS} times`, false);
}

/** The body as text, for index pages. */
export async function getText(url: URL, headers: Record<string, string>, options: ClientOptions): Promise<Answer & { text: string }> {
  const answer = await get(url, headers, options);
  const chunks: Buffer[] = [];
  for await (const chunk of answer.body) chunks.push(chunk as Buffer);
  if (!answer.body.complete) throw new HttpError(`${redact(url)} broke off`, true);
  return { ...answer, text: Buffer.concat(chunks).toString('utf8') };
}

/** A URL for messages and logs: without its password. */
export function redact(url: URL | string): string {
  return String(url).replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1***@');
}

async function request(url: URL, headers: Record<string, string>, options: ClientOptions): Promise<http.IncomingMessage> {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new HttpError(`${redact(url)}: not an http(s) address`, false);
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const trusted = options.pip.trustedHosts.some((entry) => entry === url.hostname || entry === url.host);
  const security: tls.ConnectionOptions = {
    servername: net.isIP(host) ? '' : host,
    rejectUnauthorized: !trusted,
    ...(options.pip.certificate ? { ca: certificates(options.pip.certificate) } : {}),
  };
  const proxy = proxyFor(url, options);
  const all: Record<string, string> = { 'user-agent': 'cuda-activations', ...headers };
  if (url.username) all['authorization'] = basic(url);
  const settings: https.RequestOptions = { method: 'GET', host, port: url.port || (secure ? 443 : 80), path: url.pathname + url.search, headers: { host: url.host, ...all }, agent: false };
  if (proxy && secure) {
    const socket = await tunnel(proxy, host, Number(settings.port), options);
    settings.createConnection = () => tls.connect({ ...security, socket });
  } else if (proxy) {
    Object.assign(settings, { host: proxy.hostname, port: proxy.port || 80, path: url.href.replace(/^(http:\/\/)[^/@]*@/, '$1') });
    if (proxy.username) settings.headers = { ...all, host: url.host, 'proxy-authorization': basic(proxy) };
  } else if (secure) {
    Object.assign(settings, security);
  }
  return await new Promise((resolve, reject) => {
    const pending = (secure ? https : http).request(settings, (message) => {
      // Silence in the middle of the body must reach the reader of the body.
      message.setTimeout(options.stallTimeout, () => message.destroy(stalled(url, options)));
      resolve(message);
    });
    pending.setTimeout(options.stallTimeout, () => pending.destroy(stalled(url, options)));
    pending.on('error', (error) => reject(error instanceof HttpError ? error : new HttpError(`${redact(url)}: ${describe(error)}`, !isCertificateError(error))));
    pending.end();
  });
}

function tunnel(proxy: URL, host: string, port: number, options: ClientOptions): Promise<net.Socket> {
  const target = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const pending = (proxy.protocol === 'https:' ? https : http).request({
      method: 'CONNECT',
      host: proxy.hostname,
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: target,
      headers: { host: target, ...(proxy.username ? { 'proxy-authorization': basic(proxy) } : {}) },
      agent: false,
    });
    pending.setTimeout(options.stallTimeout, () => pending.destroy(stalled(proxy, options)));
    pending.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) {
        socket.setTimeout(0);
        resolve(socket as net.Socket);
      } else {
        socket.destroy();
        reject(new HttpError(`proxy ${redact(proxy)} answered ${answer.statusCode ?? '?'} to CONNECT ${target}`, false, answer.statusCode));
      }
    });
    pending.once('error', (error) => reject(error instanceof HttpError ? error : new HttpError(`proxy ${redact(proxy)}: ${describe(error)}`, true)));
    pending.end();
  });
}

/** pip's `proxy`, else the usual variables; `NO_PROXY` holds host suffixes. */
function proxyFor(url: URL, options: ClientOptions): URL | undefined {
  const read = (name: string): string | undefined => options.environment[name.toLowerCase()] || options.environment[name.toUpperCase()];
  const excluded = (read('no_proxy') ?? '').split(/[\s,]+/).filter(Boolean);
  const value = options.pip.proxy ?? (url.protocol === 'https:' ? read('https_proxy') : read('http_proxy')) ?? read('all_proxy');
  if (!value) return undefined;
  const matches = (entry: string): boolean => {
    const suffix = entry.replace(/^\*?\./, '').toLowerCase();
    return entry === '*' || url.host === suffix || url.hostname === suffix || url.hostname.endsWith(`.${suffix}`);
  };
  if (excluded.some(matches)) return undefined;
  const proxy = new URL(/^[a-z0-9]+:\/\//i.test(value) ? value : `http://${value}`);
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') throw new HttpError(`proxy ${redact(proxy)}: only http and https proxies are spoken here`, false);
  return proxy;
}

function certificates(file: string): (string | Buffer)[] {
  try {
    const bundle = fs.statSync(file).isDirectory() ? [] : [fs.readFileSync(file)];
    return [...tls.rootCertificates, ...bundle];
  } catch (error) {
    throw new HttpError(`pip's certificate bundle ${file} cannot be read: ${describe(error)}`, false);
  }
}

const basic = (url: URL): string => `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`;
const stalled = (url: URL, options: ClientOptions): HttpError => new HttpError(`${redact(url)}: no data for ${options.stallTimeout / 1000} s`, true);

/** Node's errors sometimes carry only a code (AggregateError of several addresses). */
function describe(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}

function isCertificateError(error: unknown): boolean {
  return /CERT|SIGNED|ERR_TLS/.test((error as { code?: string }).code ?? '');
}
