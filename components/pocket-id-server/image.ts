/** The first version whose TRUST_PROXY takes address ranges. */
const SINCE = [2, 11] as const;

/** Whether TRUST_PROXY of this image takes an address range. An image without a version in its tag counts as new. */
export function takesNetworks(image: string): boolean {
  const version = /:v?(\d+)(?:\.(\d+))?[^/]*$/.exec(image.replace(/@.*$/, ""));
  if (version === null) return true;
  const [major, minor] = [Number(version[1]), version[2] === undefined ? Infinity : Number(version[2])];
  return major > SINCE[0] || (major === SINCE[0] && minor >= SINCE[1]);
}
