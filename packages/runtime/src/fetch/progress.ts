import { SingleBar } from 'cli-progress';

/** What a long transfer reports. */
export interface Progress {
  begin(total: number, done: number): void;
  update(done: number): void;
  end(): void;
  /** A line of its own. */
  note(line: string): void;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

/** A bar with rate and remaining time on a terminal; one line about every five seconds elsewhere. */
export function createProgress(label: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? new TerminalProgress(label, stream) : new LineProgress(label, stream);
}

class TerminalProgress implements Progress {
  private bar: SingleBar | undefined;
  private started = 0;
  private first = 0;

  constructor(
    private readonly label: string,
    private readonly stream: NodeJS.WriteStream,
  ) {}

  begin(total: number, done: number): void {
    this.end();
    this.started = performance.now();
    this.first = done;
    this.bar = new SingleBar({
      stream: this.stream,
      hideCursor: true,
      format: `${this.label} {bar} {percentage}% | {have}/{all} MB | {rate} MB/s | {eta_formatted} left`,
      etaBuffer: 200,
    });
    this.bar.start(total, done, { have: megabytes(done), all: megabytes(total), rate: '-' });
  }

  update(done: number): void {
    const seconds = Math.max((performance.now() - this.started) / 1000, 0.001);
    this.bar?.update(done, { have: megabytes(done), rate: megabytes((done - this.first) / seconds) });
  }

  end(): void {
    this.bar?.stop();
    this.bar = undefined;
  }

  note(line: string): void {
    this.end();
    this.stream.write(`${line}\n`);
  }
}

class LineProgress implements Progress {
  private total = 0;
  private first = 0;
  private started = 0;
  private last = 0;

  constructor(
    private readonly label: string,
    private readonly stream: NodeJS.WritableStream,
  ) {}

  begin(total: number, done: number): void {
    this.total = total;
    this.first = done;
    this.started = this.last = performance.now();
    this.note(done > 0 ? `${this.label}: continuing at ${megabytes(done)} of ${megabytes(total)} MB` : `${this.label}: ${megabytes(total)} MB`);
  }

  update(done: number): void {
    const now = performance.now();
    if (now - this.last < 5000) return;
    this.last = now;
    const rate = (done - this.first) / ((now - this.started) / 1000);
    const left = rate > 0 ? `${Math.ceil((this.total - done) / rate)} s left` : 'stalled';
    this.note(`${this.label}: ${Math.floor((100 * done) / this.total)}%, ${megabytes(done)} of ${megabytes(this.total)} MB, ${megabytes(rate)} MB/s, ${left}`);
  }

  end(): void {
    this.last = 0;
  }

  note(line: string): void {
    this.stream.write(`${line}\n`);
  }
}
