import { DefaultReporter } from "@jest/reporters";

/**
 * Jest's own reporter, without what tests that pass print to the console. At the end it prints every skipped test, and the line
 * that CI reads: "N passed, N failed".
 */
export default class Reporter extends DefaultReporter {
  printTestFileHeader(path, config, result) {
    const isWorthReading = result.numFailingTests + result.numPendingTests > 0 || result.testExecError;
    super.printTestFileHeader(path, config, isWorthReading ? result : { ...result, console: undefined });
  }

  /** Jest prints nothing of a suite whose tests are all skipped, not even why. */
  onTestResult(test, result, aggregated) {
    super.onTestResult(test, result, aggregated);
    if (result.skipped) for (const { message } of result.console ?? []) this.log(message);
  }

  onRunComplete(_contexts, results) {
    super.onRunComplete();
    const skipped = results.testResults.flatMap((file) =>
      file.testResults.filter((test) => test.status === "pending").map((test) => test.fullName),
    );
    for (const name of skipped) console.log(`skipped: ${name}`);
    // A suite that doesn't load has no failed test in it, but is a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
    // At exit, since Jest's summary is printed after this.
    process.once("exit", () => console.log(`${results.numPassedTests} passed, ${failed} failed${tail}`));
  }
}
