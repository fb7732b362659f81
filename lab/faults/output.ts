/** Lines that introduce an error without naming its cause. */
const HEADLINES = [
  /^error: update failed$/,
  /^error: preview failed$/,
  /^error: Resource monitor has terminated/,
  /^error: \d+ errors? occurred:$/,
];

/** What to do next: run the command again, or check something. */
const FIXES = /[Rr]un the command again|Is this the address|set adopt|`pulumi /;

/**
 * Problems with the output of a failed run: it must name what failed and the fix, give one reason for all resources that
 * couldn't be created, and show no stack trace and no secret.
 */
export function outputProblems(text: string, secrets: readonly string[]): string[] {
  const errors = errorLines(text);
  const reasons = new Set(
    errors.map((line) => line.replace(/^(error:|\*) ((GET|POST|PUT|DELETE) \S+:)?/, "")),
  );
  const checks: readonly (readonly [boolean, string])[] = [
    [errors.length === 0, "no line names what failed"],
    [errors.length > 0 && !FIXES.test(errors.join("\n")), "no line names a fix"],
    [reasons.size > 1, `${reasons.size} different reasons for one cause`],
    [/^\s+at .*[:(]\d+:\d+\)?$/m.test(text) || text.includes("node_modules"), "a stack trace"],
    [secrets.some((secret) => text.includes(secret)), "a secret is printed"],
    [/unhandled|undefined|\[object /i.test(text), "words that mean nothing to people"],
  ];
  return checks.flatMap(([applies, problem]) => (applies ? [problem] : []));
}

/** The errors of a run, each once, without the engine's headlines. */
export function errorLines(text: string): string[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    // A star marks one of several reasons below a headline.
    .filter((line) => /^(error:|\* )/.test(line) && !HEADLINES.some((headline) => headline.test(line)));
  return [...new Set(lines)];
}
