import { ProgramError } from "@ocis-pocket-id/providers";
import { createHash } from "node:crypto";

const LONGEST = 63;

/** A name of an object that may have dots, such as a claim. */
export const objectName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/** A DNS label of a text. One that is too long ends in a hash of it, so that two never become the same. */
export function dnsLabel(text: string, longest = LONGEST): string {
  const label = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (label.length <= longest) return label;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${label.slice(0, longest - 9).replace(/-$/, "")}-${hash}`;
}

/**
 * The name of StatefulSet and Service in a namespace that others use. What a StatefulSet calls its pods and revisions needs some
 * letters more.
 *
 * @param dockerName `<project>-<stack>-<component>`, which container and volumes have in Docker
 */
export const sharedName = (dockerName: string) => dnsLabel(dockerName, LONGEST - 16);

/** What the names of a component's objects depend on. */
export interface NamedBy {
  namespace?: string | undefined;
  createNamespace?: boolean | undefined;
  volumes?: { config?: string | undefined; data?: string | undefined } | undefined;
}

/**
 * Names of the objects of a component, see `objectNames`.
 *
 * @param qualified `<project>-<stack>-<component>`
 */
export function namesOf(qualified: string, key: string, args: NamedBy) {
  const { namespace = dnsLabel(qualified), createNamespace = true } = args;
  const base = createNamespace ? key : sharedName(qualified);
  return {
    namespace,
    base,
    ...claimNames(base, args.volumes),
    files: `${base}-files`,
    secrets: `${base}-secrets`,
    tls: `${base}-tls`,
  };
}

/** @throws ProgramError for what can't be the name of a claim, such as the path of a folder */
function claimNames(base: string, volumes: NamedBy["volumes"]) {
  const { config = `${base}-config`, data = `${base}-data` } = volumes ?? {};
  for (const [kind, name] of Object.entries({ config, data })) {
    if (objectName.test(name)) continue;
    throw new ProgramError(
      `volumes.${kind} is '${name}', but must be the name of a claim: lowercase letters, digits, hyphens and dots`,
    );
  }
  if (config !== data) return { config, data };
  throw new ProgramError(`volumes.config and volumes.data are both '${data}': use two claims`);
}
