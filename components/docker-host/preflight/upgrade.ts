import { notice, type Problem } from "@ocis-pocket-id/providers/core";
import { shippedPolicyChanges } from "../../settings/content-security-policy/shipped";
import { type Product, productOf } from "../../settings/products";
import { compare, versionOf } from "../../settings/version";
import type { Known, Plan } from "./data";

type Changes = Product["changes"];

/** What a version of Pocket ID changes for people who come from an older one. */
export const POCKET_ID_CHANGES: Changes = [
  [
    [2, 10],
    "another login engine, without the implicit flow; clients need callback URLs before their first login",
  ],
  [[2, 13], "requests from the same machine are rate-limited too"],
  [[2, 14], "a refresh token that is used twice signs its session out"],
];

/**
 * Explains a change of an image, and refuses one without a recent backup if the stack requires that.
 *
 * @param last when the last backup was made; undefined without one
 */
export async function upgradeProblem(
  plan: Pick<Partial<Plan>, "image" | "pocketIdImage" | "product" | "requireBackupHours" | "allowDowngrade">,
  known: Known,
  last: () => Promise<Date | undefined>,
): Promise<Problem | undefined> {
  const product = productOf(plan.product);
  const images = [
    { property: "image", title: product.title, changes: product.changes },
    { property: "pocketIdImage", title: "Pocket ID", changes: POCKET_ID_CHANGES },
  ] as const;
  const changed = images.filter(({ property }) => {
    const [before, after] = [known[property], plan[property]];
    return typeof before === "string" && after !== undefined && before !== after;
  });
  for (const { property, title, changes } of changed) {
    const [before, after] = [String(known[property]), plan[property] ?? ""];
    for (const line of changesBetween(changes, before, after)) notice(`warning: ${title} ${line}`);
    const policy = property === "image" ? shippedPolicyChanges(before, after, product) : [];
    if (policy.length > 0) {
      notice(
        `warning: ${after} ships another content security policy than ${before}: ${policy.join("; ")}. csp.yaml follows, unless ` +
          "contentSecurityPolicy has mode replace",
      );
    }
  }
  const [first] = changed;
  const { requireBackupHours: hours, allowDowngrade } = plan;
  // A downgrade is the end of a restore.
  if (first === undefined || hours === undefined || allowDowngrade === true) return undefined;
  const made = await last();
  if (made !== undefined && Date.now() - made.getTime() <= hours * 3_600_000) return undefined;
  const when = made === undefined ? "it has none" : `its last one is of ${made.toISOString()}`;
  const reason =
    `${plan[first.property] ?? ""} replaces ${String(known[first.property])}, for which this stack requires a backup of the last ` +
    `${hours} hours, and ${when}: run \`ocis-pocket-id backup --to FOLDER\``;
  return { property: first.property, reason };
}

/** Tells about the command that compares ocis.yaml with a new version. */
export function explainUpgrade(image: string | undefined, known: Known): void {
  if (typeof known["image"] !== "string" || !isNewMinor(known["image"], image ?? "")) return;
  notice(
    "`ocis-pocket-id show upgrade` prints what the new oCIS needs in ocis.yaml, once its image is on the Docker host",
  );
}

/** Whether a version is newer by more than a patch. */
function isNewMinor(before: string, after: string): boolean {
  const [from, to] = [versionOf(before), versionOf(after)];
  if (from === undefined || to === undefined) return false;
  return compare([from[0], ...from.slice(1, 2)], [to[0], ...to.slice(1, 2)]) < 0;
}

/** What to expect, oldest first. Tags without a version could mean any. */
export function changesBetween(changes: Changes, before: string, after: string): string[] {
  const [from, to] = [versionOf(before), versionOf(after)];
  if (from === undefined || to === undefined) return [];
  return changes
    .filter(([version]) => compare(from, version) < 0 && compare(version, to) <= 0)
    .map(([version, line]) => `${version.join(".")}: ${line}`);
}
