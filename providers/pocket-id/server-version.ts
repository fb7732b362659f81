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
