// Prints "N passed, N failed" for: node .ci/summary.mjs <vitest JSON report> <failed checks> <exit code of the tests>
// It runs on the machine's own Node.
import { readFileSync } from 'node:fs';

const [reportPath, failedChecks, testsStatus] = process.argv.slice(2);

/** Tests that passed and failed; a file that could not even be loaded counts as one failure. */
function count() {
  try {
    const report = JSON.parse(readFileSync(reportPath, 'utf8'));
    const unloaded = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    return { passed: report.numPassedTests, failed: report.numFailedTests + unloaded.length };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

const { passed, failed: failedTests } = count();
// The run can fail without a failed test: it ran out of time, or an error was thrown outside of any test.
const failedRun = testsStatus !== '0' && failedTests === 0 ? 1 : 0;
const failed = failedTests + failedRun + Number(failedChecks);
if (Number(failedChecks) > 0) console.log('make verify failed: see above');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
