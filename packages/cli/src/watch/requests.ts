import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import * as net from 'node:net';
import * as os from 'node:os';

/** Sent with everything: a page may load what this server has, may not be framed, and runs no script from a text. */
export const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Whether an address is of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));
}

/**
 * Why a request is refused: a status and a text; undefined where it is not.
 *
 * A page of another site can reach this server too, with the user's browser: under a name of its own that it lets point here (DNS
 * rebinding), so that the Host header must be one of ours, whatever the port, which a tunnel may change; or as what it is, so that the
 * origin must be ours.
 *
 * @param host that the server was told to listen at
 */
export function refusal({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>, host: string): { readonly status: number; readonly text: string } | undefined {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'only GET and HEAD are answered' };
  const { host: named = '', origin } = headers;
  const name = hostName(named);
  if (name === undefined || !isOurs(name, host)) return { status: 421, text: 'the Host header names another host; use the address that the command printed' };
  if (origin !== undefined && origin !== `http://${named}`) return { status: 403, text: 'requests of other origins are refused' };
  const site = headers['sec-fetch-site'];
  // A link that is followed shows the page and tells the other site nothing.
  const followed = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !followed) return { status: 403, text: 'requests of other sites are refused' };
  return undefined;
}

/** Whether two secrets are the same, in a time that does not say where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The name in a Host header, without brackets and port; undefined where it is none. */
function hostName(header: string): string | undefined {
  const [, six, other] = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?$/.exec(header) ?? [];
  return (six ?? other)?.toLowerCase();
}

function isOurs(name: string, host: string): boolean {
  if (name === 'localhost' || isLoopback(name)) return true;
  if (isLoopback(host)) return false;
  // An address cannot be made to point elsewhere.
  return name === host.toLowerCase() || net.isIP(name) !== 0 || name === os.hostname().toLowerCase();
}
