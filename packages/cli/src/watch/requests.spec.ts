import { isLoopback, refusal, sameSecret } from './requests';

const status = (headers: Record<string, string>, host = '127.0.0.1', method = 'GET') => refusal({ method, headers }, host)?.status;

test.each(['localhost', '127.0.0.1', '127.9.9.9', '::1'])('%s is of this machine', (host) => { expect(isLoopback(host)).toBe(true); });
test.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example', '127.evil'])('%s is not', (host) => { expect(isLoopback(host)).toBe(false); });

test.each(['127.0.0.1:8080', 'localhost:8080', 'LOCALHOST', '[::1]:8080', 'localhost:9999', '127.0.0.1'])('Host: %s is ours', (host) => { expect(status({ host })).toBeUndefined(); });
test.each(['evil.example', 'evil.example:8080', '127.0.0.1.evil.example:8080', 'localhost.evil.example', '10.0.0.1:8080', '', 'localhost:8080@evil.example', 'localhost:8080, evil.example', '[::1', '::1', 'localhost:', 'evil.example:127.0.0.1', '[::1].evil.example', '0.0.0.0:8080'])(
  'Host: %s is not', (host) => { expect(status({ host })).toBe(421); },
);
test('without a Host header nothing is answered', () => { expect(status({})).toBe(421); });

test('told to listen elsewhere, the host may be that, an address, or this machine\'s name, but no other name', () => {
  for (const host of ['watch.example:80', '10.0.0.1:80', '[fe80::1]', 'localhost']) expect(status({ host }, 'watch.example')).toBeUndefined();
  for (const host of ['evil.example', 'watch.example.evil.example']) expect(status({ host }, 'watch.example')).toBe(421);
  expect(status({ host: '10.0.0.1' }, '0.0.0.0')).toBeUndefined();
  expect(status({ host: 'evil.example' }, '0.0.0.0')).toBe(421);
});

test.each([
  ['of the page itself', { origin: 'http://localhost:80' }, undefined],
  ['of another site', { origin: 'http://evil.example' }, 403],
  ['of another port', { origin: 'http://localhost:81' }, 403],
  ['of https', { origin: 'https://localhost:80' }, 403],
  ['of a sandbox', { origin: 'null' }, 403],
  ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, 403],
  ['that it calls same-site: another port', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }, 403],
  ['that frames the page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
  ['that follows a link', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, undefined],
  ['typed', { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' }, undefined],
  ['of the page', { 'sec-fetch-site': 'same-origin' }, undefined],
] as const)('a request %s', (_, headers, expected) => { expect(status({ host: 'localhost:80', ...headers })).toBe(expected); });

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE'])('%s is refused', (method) => { expect(status({ host: 'localhost' }, '127.0.0.1', method)).toBe(405); });

test('secrets are compared as a whole', () => {
  expect(sameSecret('abc', 'abc')).toBe(true);
  for (const other of ['', 'abd', 'ab', 'abcd', 'äbc']) expect(sameSecret('abc', other)).toBe(false);
});
