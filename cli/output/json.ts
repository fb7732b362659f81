/** Writes a result for programs: one JSON document on stdout, and nothing else there. */
export function printJson(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}
