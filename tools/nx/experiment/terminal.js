// @ts-check
const fs = require('node:fs');

/**
 * The standard streams of nx itself, for a task that outlives an interrupt.
 *
 * nx pipes a task's output through itself and silences that pipe on Ctrl-C, which is when an experiment has something to say:
 * where its checkpoint lies and how to go on. A pipe also hides the terminal, so there would be no progress bar.
 * On Linux the streams of the parent can be opened again through /proc; where they cannot (a socket, another system) the
 * task inherits nx's pipe.
 *
 * A regular file is not opened for writing: it has one offset per opening, so nx and the task would overwrite each other.
 *
 * @param {1 | 2} descriptor
 * @returns {{stream: number | 'inherit', append: ((text: Buffer) => void) | null}} the stream to give to the task, and for a
 *   regular file a way to append to it once nx is silent
 */
function streamOfNx(descriptor) {
  const link = `/proc/${process.ppid}/fd/${descriptor}`;
  try {
    const kind = fs.statSync(link);
    if (kind.isFIFO() || kind.isCharacterDevice()) return { stream: fs.openSync(link, fs.constants.O_WRONLY | fs.constants.O_NOCTTY), append: null };
    if (kind.isFile()) return { stream: 'inherit', append: (text) => fs.appendFileSync(link, text) };
  } catch {
    // Not Linux, or a stream that cannot be opened again.
  }
  return { stream: 'inherit', append: null };
}

module.exports = { streamOfNx };
