import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * The test reports that a project left in test-results/: jest's JSON, or `{passed, failed}` of other harnesses.
 * @param {string} project its folder
 * @param {(file: string) => string} read
 * @returns {{project: string, name: string, passed: number, failed: number, problem?: string}[]}
 */
export function reportsOf(project, read) {
  const folder = path.join(project, 'test-results');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ project: path.basename(project), name, ...parseReport(read(path.join(folder, name))) }));
}

/**
 * Counts of one report. A suite that jest could not load holds tests that never ran: it counts as one failure.
 * @param {string} text
 * @returns {{passed: number, failed: number, problem?: string}}
 */
export function parseReport(text) {
  let report;
  try {
    report = JSON.parse(text);
  } catch (error) {
    return { passed: 0, failed: 1, problem: `not JSON (${error.message})` };
  }
  if (Number.isInteger(report?.numPassedTests) && Number.isInteger(report?.numFailedTests)) {
    return { passed: report.numPassedTests, failed: report.numFailedTests + (report.numRuntimeErrorTestSuites ?? 0) };
  }
  if (Number.isInteger(report?.passed) && Number.isInteger(report?.failed)) return { passed: report.passed, failed: report.failed };
  return { passed: 0, failed: 1, problem: 'neither jest\'s {numPassedTests, numFailedTests} nor {passed, failed}' };
}

/**
 * Adds the reports up. What should have run and left no report, a failed stage without a failed test, and a run in which
 * nothing was executed each count as a failure, so that "0 failed" means that everything ran.
 * @param {{project: string, name: string, passed: number, failed: number, problem?: string}[]} reports
 * @param {{project: string, suites: string[]}[]} expected
 * @param {string[]} failedStages
 * @returns {{passed: number, failed: number, lines: string[]}}
 */
export function summarise(reports, expected, failedStages) {
  const lines = [''];
  let passed = 0;
  let failed = 0;
  for (const report of reports) {
    passed += report.passed;
    failed += report.failed;
    lines.push(`${report.project}/${report.name}: ${report.passed} passed, ${report.failed} failed${report.problem ? `: ${report.problem}` : ''}`);
  }
  for (const { project, suites } of expected) {
    const missing = suites.length - reports.filter((report) => report.project === project).length;
    if (missing <= 0) continue;
    failed += missing;
    lines.push(`${project}: ${suites.join(', ')} should have left ${suites.length} report(s) in test-results/, ${missing} missing: counted as failed`);
  }
  for (const stage of failedStages) {
    if (failed === 0) failed += 1;
    lines.push(`failed: ${stage} (see above)`);
  }
  if (passed + failed === 0) {
    failed = 1;
    lines.push('no test was executed');
  }
  lines.push('');
  return { passed, failed, lines };
}
