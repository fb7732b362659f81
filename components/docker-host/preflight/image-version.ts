import { notice, type Problem } from "@ocis-pocket-id/providers/core";

/** Numbers of an image's tag: major, and minor and patch if the tag has them. */
type Version = readonly [number, ...number[]];

/** The oldest major that this package works with: csp.yaml came with it. */
const OLDEST_MAJOR = 6;

/** Programs that people take for oCIS, by the end of the image's name. */
const OTHER_PRODUCTS: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)owncloud\/server$/, "ownCloud 10"],
  [/(^|\/)nextcloud$/, "Nextcloud"],
  [/(^|\/)opencloud(-rolling)?$/, "OpenCloud"],
  [/(^|\/)(pocket-id\/pocket-id|pocketid\/pocket-id)$/, "Pocket ID"],
];

/** An image's name without tag and digest. */
function nameOf(image: string): string {
  const [tagged = ""] = image.split("@", 1);
  return tagged.replace(/:[^:/]*$/, "");
}

/** The version that an image's tag names; undefined for `latest`, a digest alone, a date, or another tag that isn't a version. */
export function versionOf(image: string): Version | undefined {
  const [tagged = ""] = image.split("@", 1);
  const numbers = /:v?(\d{1,3}(?:\.\d+){0,2})(?:[-+][^:/]*)?$/.exec(tagged)?.[1];
  if (numbers === undefined) return undefined;
  const [major = 0, ...rest] = numbers.split(".").map(Number);
  return [major, ...rest];
}

/** Why an image can't be run as oCIS: another product, or too old. Tags of other names than upstream's may mean anything. */
export function checkImageName(image: string): Problem[] {
  const name = nameOf(image);
  const product = OTHER_PRODUCTS.find(([pattern]) => pattern.test(name))?.[1];
  if (product !== undefined) {
    const reason = `${image} is an image of ${product}, not of oCIS: choose one of owncloud/ocis`;
    return [{ property: "image", reason }];
  }
  const [major = OLDEST_MAJOR] = versionOf(image) ?? [];
  if (major >= OLDEST_MAJOR || !/(^|\/)owncloud\/ocis(-rolling)?$/.test(name)) return [];
  const reason = `${image} is older than oCIS ${OLDEST_MAJOR}.0, which is needed for csp.yaml: choose a newer image`;
  return [{ property: "image", reason }];
}

/**
 * Problems and warnings of running another image on the same data. oCIS migrates what is on disk and never back, one major after
 * the other. Tags are compared as far as both go: `:8` may be any 8. Without a version in both there is a warning.
 */
export function checkImageChange(before: unknown, image: string, allowDowngrade: boolean): Problem[] {
  if (typeof before !== "string" || before === image) return [];
  const from = versionOf(before);
  const to = versionOf(image);
  if (from === undefined || to === undefined) {
    notice(
      `warning: the versions of ${before} and ${image} can't be compared, as not both tags name one, so a downgrade can't be ` +
        "detected: make sure that this isn't an older oCIS, and back up both volumes",
    );
    return [];
  }
  if (compare(to, from) < 0 && !allowDowngrade) {
    const reason =
      `${image} is older than ${before}, which has used these volumes, and oCIS can't read what a newer one wrote: ` +
      "keep the newer image; or restore both volumes from a backup made before the upgrade, and set allowDowngrade";
    return [{ property: "image", reason }];
  }
  if (to[0] - from[0] > 1) {
    notice(
      `warning: ${image} is ${to[0] - from[0]} majors after ${before}, and oCIS migrates from one major to the next: ` +
        "back up both volumes, and upgrade one major after the other",
    );
  }
  return [];
}

/** Negative when the first is older; 0 if one ends before they differ. */
function compare(a: Version, b: Version): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 0;
    if (part !== other) return part - other;
  }
  return 0;
}
