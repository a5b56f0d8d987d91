// Property tests: how many cases, from which seed, and what counts as a clean refusal.
const fs = require('node:fs');
const fc = require('fast-check');

/** The same cases on every machine; a nightly run may choose others. */
const seed = Number(process.env.PROPERTY_SEED ?? 20_241_105);

/** Words of the engine's own errors: one that reaches the user says nothing of his argument. */
const internal = new RegExp(
  ['cannot (read|set|convert|destructure|mix|delete|define|redefine|assign|access|perform)', 'is not (a function|iterable|a constructor|defined|extensible)', 'invalid (array|typed array|string|array buffer|count|code point)', 'maximum call stack',
    'out of bounds', 'object is not', 'allocation failed', 'spread syntax', 'reduce of empty', 'called on incompatible', 'must not be a shared', 'found non-callable', '^unexpected (token|end)'].join('|'), 'i');

/**
 * Holds a property to `sample` cases, or to PROPERTY_CASES times `share` where a long run asks for them.
 * Counts what was tried into the file PROPERTY_REPORT.
 */
function check(property, { sample = 100, share = 1 } = {}) {
  const asked = Number(process.env.PROPERTY_CASES ?? 0);
  const numRuns = asked > 0 ? Math.max(1, Math.round(asked * share)) : sample;
  const done = () => {
    // eslint-disable-next-line no-undef -- a global of jest
    if (process.env.PROPERTY_REPORT) fs.appendFileSync(process.env.PROPERTY_REPORT, `${JSON.stringify({ name: expect.getState().currentTestName, cases: numRuns })}\n`);
  };
  const result = fc.assert(property, { seed, numRuns });
  return result === undefined ? done() : result.then(done);
}

/** Calls a function that may refuse its arguments. @returns its result, or the error @throws where the error is the engine's, or none */
function answerOf(call) {
  try {
    return { result: call() };
  } catch (error) {
    requireRefusal(error);
    return { refused: error };
  }
}

function requireRefusal(error) {
  // A failed expectation inside the call is no answer.
  if (error?.matcherResult !== undefined) throw error;
  if (!(error instanceof Error) && Object.prototype.toString.call(error) !== '[object Error]') throw new Error(`something that is no Error was thrown: ${String(error)}`, { cause: error });
  if (error.message.length < 10 || internal.test(error.message)) throw new Error(`the engine's error instead of a refusal: ${error.stack}`, { cause: error });
}

module.exports = { answerOf, check, requireRefusal };
