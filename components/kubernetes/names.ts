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
