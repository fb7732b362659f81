import { OWNER_LABEL } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource } from "../../stacks";

/** The name in Docker: the program's, or the one that the provider made up. */
export function dockerNameOf({ inputs, outputs }: SnapshotResource): string {
  return String(outputs["name"] ?? inputs["name"]);
}

/** Labels as the program gives them, by name. */
export function labelsOf({ inputs }: SnapshotResource): Record<string, string> {
  const labels = (inputs["labels"] ?? []) as readonly { label: string; value: string }[];
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

/** Whose something is, in words; undefined when it is of the owner that the program names. */
export function otherOwner(
  live: Readonly<Record<string, string>> | null | undefined,
  resource: SnapshotResource,
): string | undefined {
  const owner = live?.[OWNER_LABEL];
  if (owner === labelsOf(resource)[OWNER_LABEL]) return undefined;
  return owner === undefined ? "nothing says whose it is" : `it belongs to ${owner}`;
}
