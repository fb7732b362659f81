/** The versions of Pocket ID that this package was tried with, and the oldest whose API it can use. */
export const SUPPORTED = { oldest: "2.3", newestTried: "2.14" } as const;

/** Why a server cannot be used, or undefined. */
export function tooOld(server: string): string | undefined {
  if (isAtLeast(server, SUPPORTED.oldest)) return undefined;
  return (
    `this is Pocket ID ${server}, and ${SUPPORTED.oldest} or later is needed: older ones have no restriction of clients to ` +
    "groups as we use it, and do not tell their version. Upgrade Pocket ID"
  );
}

/** What to say of a server that nobody has tried yet, or undefined. */
export function tooNew(server: string): string | undefined {
  const [major = 0, minor = 0] = SUPPORTED.newestTried.split(".").map(Number);
  if (!isAtLeast(server, `${major}.${minor + 1}`) || !/^v?\d/.test(server)) return undefined;
  return (
    `warning: this is Pocket ID ${server}, newer than the newest tried with this package (${SUPPORTED.newestTried}). ` +
    "Fields that are not known here are kept as they are"
  );
}

/**
 * True when the server is of this version or newer. A development build says "unknown" or a commit: it is taken for the
 * newest, and refuses by itself what it does not know.
 */
export function isAtLeast(server: string, needed: string): boolean {
  const parts = /^v?(\d+)\.(\d+)/.exec(server);
  if (parts === null) return true;
  const [major = 0, minor = 0] = needed.split(".").map(Number);
  const difference = Number(parts[1]) - major || Number(parts[2]) - minor;
  return difference >= 0;
}
