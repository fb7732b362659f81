/** The versions of Pocket ID that this package was tested with, and the oldest whose API it can use. */
export const SUPPORTED = { oldest: "2.3", newestTried: "2.14" } as const;

/** Why a server can't be used; undefined if it can. */
export function tooOld(server: string): string | undefined {
  if (isAtLeast(server, SUPPORTED.oldest)) return undefined;
  return (
    `this is Pocket ID ${server}, and ${SUPPORTED.oldest} or later is needed: older ones can't restrict clients to groups as ` +
    "needed, and don't return their version. Upgrade Pocket ID"
  );
}

/** A warning about a server that is newer than any tested; undefined if it isn't. */
export function tooNew(server: string): string | undefined {
  const [major = 0, minor = 0] = SUPPORTED.newestTried.split(".").map(Number);
  if (!isAtLeast(server, `${major}.${minor + 1}`) || !/^v?\d/.test(server)) return undefined;
  return (
    `warning: this is Pocket ID ${server}, newer than the newest one tested with this package (${SUPPORTED.newestTried}). ` +
    "Unknown fields are kept as they are"
  );
}

/**
 * True when the server is of this version or newer. A development build has "unknown" or a commit as its version: it counts
 * as the newest, and refuses what it doesn't support.
 */
export function isAtLeast(server: string, needed: string): boolean {
  const parts = /^v?(\d+)\.(\d+)/.exec(server);
  if (parts === null) return true;
  const [major = 0, minor = 0] = needed.split(".").map(Number);
  const difference = Number(parts[1]) - major || Number(parts[2]) - minor;
  return difference >= 0;
}
