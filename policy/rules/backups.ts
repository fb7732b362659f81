import type { Rule } from "./rule";

interface Options {
  readonly maxAgeHours: number;
}

/**
 * Preflights have the time of the last `ocis-pocket-id backup` among their inputs, read from the stack's volumes at each preview;
 * nothing before the first `up`.
 */
export const backupsAreRecent: Rule<Options> = {
  name: "backups-are-recent",
  description: "The company's last backup is recent.",
  severity: "high",
  options: {
    maxAgeHours: {
      type: "number",
      exclusiveMinimum: 0,
      description: "How many hours old the last backup may be.",
      default: 24,
    },
  },
  appliesTo: (type) => /^pulumi-nodejs:dynamic\/ocis:(Docker|Kubernetes)Preflight$/.test(type),
  problems({ urn, props: { lastBackup } }, { maxAgeHours }) {
    if (typeof lastBackup !== "string") return [];
    const age = Date.now() - Date.parse(lastBackup);
    if (age <= maxAgeHours * 3_600_000) return [];
    const [, , stack = ""] = urn.split(":");
    const which = Number.isNaN(age)
      ? "no backup of it is recorded"
      : `the last backup is ${Math.floor(age / 3_600_000)} hours old, of ${lastBackup}`;
    return [`${which}: run \`ocis-pocket-id backup --stack ${stack} --to FOLDER\``];
  },
};
