/** Numbers of an image's tag: major, and minor and patch if the tag has them. */
export type Version = readonly [number, ...number[]];

/** The version that an image's tag names; undefined for `latest`, a digest alone, a date, or another tag that isn't a version. */
export function versionOf(image: string): Version | undefined {
  const numbers = /:v?(\d{1,3}(?:\.\d+){0,2})(?:[-+][^:/]*)?$/.exec(image.replace(/@.*$/, ""))?.[1];
  if (numbers === undefined) return undefined;
  const [major = 0, ...rest] = numbers.split(".").map(Number);
  return [major, ...rest];
}

/** Negative when the first is older; 0 if one ends before they differ. */
export function compare(a: Version, b: Version): number {
  const index = a.findIndex((part, at) => part !== b[at]);
  const part = a[index] ?? 0;
  return part - (b[index] ?? part);
}
