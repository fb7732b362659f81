import { type Docker, OWNER_LABEL } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource, StackSnapshot } from "../../stacks";

/** A resource of Docker's provider, and where to look for the real thing. */
export interface InDocker {
  readonly resource: SnapshotResource;
  readonly docker: Docker;
  readonly snapshot: StackSnapshot;
  /** `pulumi up --refresh --stack NAME`, for changes that the engine detects. */
  readonly fix: string;
  /** Whether values are printed that this package hasn't set; secrets never are. */
  readonly showValues: boolean;
}

/** The name in Docker: the program's, or the one that the provider generated. */
export function dockerNameOf({ inputs, outputs }: SnapshotResource): string {
  return String(outputs["name"] ?? inputs["name"]);
}

/** The program's labels, by name. */
export function labelsOf({ inputs }: SnapshotResource): Record<string, string> {
  const labels = (inputs["labels"] ?? []) as readonly { label: string; value: string }[];
  return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
}

/** Another owner than the program's, for a message; undefined if the owner is the same. */
export function otherOwner(
  live: Readonly<Record<string, string>> | null | undefined,
  resource: SnapshotResource,
): string | undefined {
  const owner = live?.[OWNER_LABEL];
  if (owner === labelsOf(resource)[OWNER_LABEL]) return undefined;
  return owner === undefined ? "it has no owner label" : `it belongs to ${owner}`;
}

/**
 * Whether a value of a property can be printed. Never if state marks any part of the property as secret, because a change by hand
 * can be a secret too; otherwise if this package set the value, or with --show-values.
 */
export function mayShow({ resource, showValues }: InDocker, property: string, isOwn: boolean): boolean {
  return !resource.secrets.has(property) && (isOwn || showValues);
}
