/**
 * Stands in for what @pulumi/pulumi notes of each promise to report those that never end: the stack of its making. Jest maps
 * each of them to its source, which takes half of the time of a test that declares a company.
 */
module.exports = {
  debuggablePromise: (promise) => promise,
  errorString: (error) => error.stack ?? String(error),
  leakedPromises: () => [new Set(), ""],
  promiseDebugString: String,
};
