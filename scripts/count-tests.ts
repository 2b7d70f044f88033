/**
 * Adds up the test runner's reports named on the command line and prints `N passed, N failed` as its
 * last line. Fails when a test failed or was skipped, a report is missing, or a stage failed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

interface Report {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly success: boolean;
}

const { values, positionals } = parseArgs({
  options: { 'stages-failed': { type: 'string', default: '0' } },
  allowPositionals: true,
});

let passed = 0;
let failed = 0;
for (const path of positionals) {
  if (!existsSync(path)) {
    console.error(`no report: ${path}`);
    failed++;
    continue;
  }
  const report = JSON.parse(readFileSync(path, 'utf8')) as Report;
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  const left = report.numTotalTests - report.numPassedTests - report.numFailedTests;
  if (left > 0) {
    console.error(`${left} tests were skipped in ${path}`);
    failed += left;
  } else if (!report.success && report.numFailedTests === 0) {
    console.error(`a test file failed to run in ${path}`);
    failed++;
  } else if (report.numTotalTests === 0) {
    console.error(`there were no tests in ${path}`);
    failed++;
  }
}
if (failed === 0) failed += Number(values['stages-failed']);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
