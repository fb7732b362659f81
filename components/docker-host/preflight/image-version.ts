import { notice, type Problem } from "@ocis-pocket-id/providers/core";

/** Major, minor and patch of an image's tag. */
type Version = readonly [number, number, number];

/** The version that an image's tag names; undefined for `latest`, a digest alone, and whatever else is no version. */
export function versionOf(image: string): Version | undefined {
  const [name = ""] = image.split("@", 1);
  const parts = /:v?(\d+)\.(\d+)(?:\.(\d+))?(?:[-+][^:/]*)?$/.exec(name);
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
}

/**
 * What is to be said of running another image on the same data. oCIS migrates what is on disk and never back, one major after
 * the other; images without a version in their tag can't be compared.
 */
export function checkImageChange(before: unknown, image: string, allowDowngrade: boolean): Problem[] {
  const from = typeof before === "string" ? versionOf(before) : undefined;
  const to = versionOf(image);
  if (from === undefined || to === undefined) return [];
  if (compare(to, from) < 0 && !allowDowngrade) {
    const reason =
      `${image} is older than ${String(before)}, which has used these volumes, and oCIS can't read what a newer one wrote: ` +
      "keep the newer image; or restore both volumes from a backup made before the upgrade, and set allowDowngrade";
    return [{ property: "image", reason }];
  }
  if (to[0] - from[0] > 1) {
    notice(
      `warning: ${image} is ${to[0] - from[0]} majors after ${String(before)}, and oCIS migrates from one major to the next: ` +
        "back up both volumes, and upgrade one major after the other",
    );
  }
  return [];
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
