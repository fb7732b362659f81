/** Begins of lines that carry an error and name no cause. */
const HEADLINES = [
  /^error: update failed$/,
  /^error: preview failed$/,
  /^error: Resource monitor has terminated/,
  /^error: \d+ errors? occurred:$/,
];

/** What to do: the same once more, or what to look at. */
const WAYS_ON = /[Rr]un the command again|Is this the address|set adopt|`pulumi /;

/**
 * What is wrong with what a failed run printed: a line must say what failed and what to do, for each resource that could not
 * be made and with one reason, without a stack trace and without a secret.
 */
export function unclear(text: string, secrets: readonly string[]): string[] {
  const problems: string[] = [];
  const errors = errorLines(text);
  if (errors.length === 0) problems.push("no line says what failed");
  if (errors.length > 0 && !WAYS_ON.test(errors.join("\n"))) problems.push("no line says what to do");
  const reasons = new Set(
    errors.map((line) => line.replace(/^(error:|\*) ((GET|POST|PUT|DELETE) \S+:)?/, "")),
  );
  if (reasons.size > 1) problems.push(`${reasons.size} different reasons for one cause`);
  if (/^\s+at .*[:(]\d+:\d+\)?$/m.test(text) || /node_modules/.test(text)) problems.push("a stack trace");
  if (secrets.some((secret) => text.includes(secret))) problems.push("a secret is printed");
  if (/unhandled|undefined|\[object /i.test(text)) problems.push("words that mean nothing to people");
  return problems;
}

/** The different errors of a run, each once, without the headlines that the engine puts around them. */
export function errorLines(text: string): string[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    // What follows a star is one of several reasons, below such a headline.
    .filter((line) => /^(error:|\* )/.test(line) && !HEADLINES.some((headline) => headline.test(line)));
  return [...new Set(lines)];
}
