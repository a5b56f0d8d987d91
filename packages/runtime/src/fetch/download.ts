import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Wheel } from './artefacts';
import { hashFile } from './hash';
import { type Answer, type ClientOptions, get, HttpError, redact } from './http';
import type { Progress } from './progress';

/** What a download is checked against. */
export type PinnedFile = Pick<Wheel, 'file' | 'size' | 'sha256'>;

/** How often and how patiently a download is tried again. */
export interface RetryOptions {
  /** Attempts in a row that bring no new byte. */
  readonly attempts: number;
  /** First pause in milliseconds; doubles up to thirty times that. */
  readonly pause: number;
}

/**
 * Downloads a wheel to `target`, continuing `${target}.partial` where one lies from before: byte ranges resume it, a server without
 * ranges starts it again, and the pinned hash decides at the end (so that a resume from another mirror is safe).
 * @throws HttpError when the server refuses, when the attempts are used up, or when what came is not the wheel.
 */
export async function download(wheel: PinnedFile, url: URL, target: string, options: ClientOptions & { readonly retry: RetryOptions }, progress: Progress): Promise<void> {
  const partial = `${target}.partial`;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  let wrongBytes = 0;
  let failures = 0;
  for (;;) {
    const before = sizeOf(partial);
    try {
      if (before < wheel.size) await fetchRest(wheel, url, partial, options, progress);
      const sha256 = await hashFile(partial);
      if (sha256 === wheel.sha256) {
        fs.renameSync(partial, target);
        fs.rmSync(`${partial}.json`, { force: true });
        return;
      }
      // A partial file of another origin may have spoiled it: once more from the first byte, then the server is to blame.
      fs.rmSync(partial, { force: true });
      throw new HttpError(`${redact(url)}: ${before > 0 && wrongBytes === 0 ? 'the resumed file' : 'the file'} has sha256 ${sha256}, expected ${wheel.sha256}`, ++wrongBytes < 2);
    } catch (error) {
      const failure = asHttpError(error, url);
      failures = sizeOf(partial) > before ? 1 : failures + 1;
      if (!failure.retry || failures >= options.retry.attempts) throw failure;
      const pause = failure.retryAfter !== undefined ? Math.min(failure.retryAfter, 60) * 1000 : options.retry.pause * Math.min(2 ** (failures - 1), 30);
      progress.note(`${failure.message}; trying again in ${(pause / 1000).toFixed(1)} s with ${sizeOf(partial)} of ${wheel.size} bytes at hand`);
      await sleep(pause);
    }
  }
}

async function fetchRest(wheel: PinnedFile, url: URL, partial: string, options: ClientOptions, progress: Progress): Promise<void> {
  const have = sizeOf(partial);
  const validator = have > 0 ? readValidator(partial) : undefined;
  // If-Range makes a server whose file has changed send the whole file rather than a piece that does not fit.
  const headers: Record<string, string> = have > 0 ? { range: `bytes=${have}-`, ...(validator ? { 'if-range': validator } : {}) } : {};
  const answer = await get(url, { 'accept-encoding': 'identity', ...headers }, options);
  const start = startOf(answer, have, wheel);
  if (start === undefined) {
    answer.body.destroy();
    fs.rmSync(partial, { force: true });
    throw new HttpError(`${redact(url)} cannot continue at byte ${have} (status ${answer.status}); starting again`, true);
  }
  writeValidator(partial, answer);
  progress.begin(wheel.size, start);
  let received = start;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (received > wheel.size) {
        done(new HttpError(`${redact(url)} sends more than the ${wheel.size} bytes of ${wheel.file}`, false));
        return;
      }
      progress.update(received);
      done(null, chunk);
    },
  });
  try {
    await pipeline(answer.body, count, fs.createWriteStream(partial, start === 0 ? { flags: 'w' } : { flags: 'r+', start }));
  } finally {
    progress.end();
  }
  if (received < wheel.size) throw new HttpError(`${redact(url)} broke off at ${received} of ${wheel.size} bytes`, true);
}

/** First byte that the answer carries, or undefined where it does not fit what is at hand. */
function startOf(answer: Answer, have: number, wheel: PinnedFile): number | undefined {
  const type = answer.headers['content-type'] ?? '';
  if (type.includes('text/html')) throw new HttpError(`${redact(answer.url)} answers with a web page instead of ${wheel.file}`, false);
  if (answer.status === 200) {
    const length = Number(answer.headers['content-length'] ?? wheel.size);
    if (length !== wheel.size) throw new HttpError(`${redact(answer.url)} offers ${length} bytes; ${wheel.file} has ${wheel.size}`, false);
    return 0;
  }
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(answer.headers['content-range'] ?? '') ?? [];
  return answer.status === 206 && Number(start) === have && (total === '*' || Number(total) === wheel.size) ? have : undefined;
}

function readValidator(partial: string): string | undefined {
  try {
    return (JSON.parse(fs.readFileSync(`${partial}.json`, 'utf8')) as { validator?: string }).validator;
  } catch {
    return undefined;
  }
}

function writeValidator(partial: string, answer: Answer): void {
  const tag = answer.headers.etag;
  const validator = tag && !tag.startsWith('W/') ? tag : answer.headers['last-modified'];
  fs.writeFileSync(`${partial}.json`, JSON.stringify(validator ? { validator } : {}));
}

const sizeOf = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function asHttpError(error: unknown, url: URL): HttpError {
  if (error instanceof HttpError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new HttpError(`the disk is full: ${message}`, false);
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return new HttpError(`the cache cannot be written: ${message}`, false);
  return new HttpError(`${redact(url)}: ${message}`, true);
}
