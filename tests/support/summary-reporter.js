/** Prints every skipped test, then the line that CI reads: "N passed, N failed". */
module.exports = class SummaryReporter {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((file) =>
      file.testResults.filter((test) => test.status === "pending").map((test) => test.fullName),
    );
    for (const name of skipped) console.log(`skipped: ${name}`);
    // A suite that does not even load has no failed test in it, and is a failure all the same.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
    // At exit, since the default reporter prints its own summary after this.
    process.once("exit", () => console.log(`${results.numPassedTests} passed, ${failed} failed${tail}`));
  }
};
