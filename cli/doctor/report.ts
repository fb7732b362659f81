import type { coloursOf } from "../output";
import type { Severity } from "./codes";
import type { Finding } from "./finding";

type Colours = ReturnType<typeof coloursOf>;

const ORDER: readonly Severity[] = ["error", "warning", "advice"];

/** The findings of a stack, the worst first; those with the same fix are grouped. */
export function reportOf(stack: string, findings: readonly Finding[], colours: Colours): string {
  const paint = { error: colours.red, warning: colours.yellow, advice: colours.cyan };
  const blocks = ORDER.flatMap((severity) =>
    withSameFix(findings.filter((finding) => finding.severity === severity)).map(([first, ...more]) => {
      const whats = [first, ...more].map(({ what }) => `  ${what}\n`).join("");
      const head = `${paint[severity](severity)} ${colours.dim(first.code)}\n`;
      return `\n${head}${whats}  ${colours.bold("why:")} ${first.why}\n  ${colours.bold("fix:")} ${first.fix}\n`;
    }),
  );
  return `${colours.bold(stack)}: ${summary(findings)}\n${blocks.join("")}`;
}

/** `2 errors, 1 warning`. */
function summary(findings: readonly Finding[]): string {
  if (findings.length === 0) return "logins work, as far as this machine can check";
  return ORDER.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    const plural = count === 1 || severity === "advice" ? severity : `${severity}s`;
    return count === 0 ? [] : [`${count} ${plural}`];
  }).join(", ");
}

type Group = [Finding, ...Finding[]];

function withSameFix(findings: readonly Finding[]): Group[] {
  const groups = new Map<string, Group>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.fix}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [finding]);
    else known.push(finding);
  }
  return [...groups.values()];
}
