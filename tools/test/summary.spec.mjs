import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReport, summarise } from './summary.mjs';

const jest = (counts) => JSON.stringify({ numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, ...counts });

test('jest and plain reports are read', () => {
  assert.deepEqual(parseReport(jest({ numPassedTests: 3, numFailedTests: 1 })), { passed: 3, failed: 1 });
  assert.deepEqual(parseReport('{"passed": 7, "failed": 2}'), { passed: 7, failed: 2 });
});

test('a suite that could not be loaded counts as a failure', () => {
  assert.equal(parseReport(jest({ numPassedTests: 3, numRuntimeErrorTestSuites: 2 })).failed, 2);
});

test('an unreadable report counts as a failure', () => {
  assert.equal(parseReport('{"passed":').failed, 1);
  assert.equal(parseReport('{"passed": "7"}').failed, 1);
});

test('reports add up', () => {
  const { passed, failed } = summarise([{ project: 'a', name: 'jest.json', passed: 3, failed: 0 }, { project: 'b', name: 'native.json', passed: 2, failed: 0 }], [{ project: 'a', suites: ['test'] }], []);
  assert.deepEqual([passed, failed], [5, 0]);
});

test('a missing report counts as a failure', () => {
  const summary = summarise([{ project: 'a', name: 'jest.json', passed: 3, failed: 0 }], [{ project: 'a', suites: ['test', 'test-native'] }], []);
  assert.equal(summary.failed, 1);
});

test('a failed stage without a failed test counts as a failure', () => {
  assert.equal(summarise([{ project: 'a', name: 'jest.json', passed: 3, failed: 0 }], [], ['lint']).failed, 1);
});

test('nothing executed is a failure', () => {
  assert.equal(summarise([], [], []).failed, 1);
});
