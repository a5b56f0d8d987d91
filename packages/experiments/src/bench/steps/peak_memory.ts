import * as fs from 'node:fs';

/** The largest resident memory of this process so far, in MB (2^20 bytes). */
export function peakMemoryMB(): number {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) / 1024;
  } catch {
    // Not Linux.
  }
  // In kilobytes too. On Linux it is inherited through exec, so that a small process would report its parent's peak.
  return process.resourceUsage().maxRSS / 1024;
}
