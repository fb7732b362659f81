import type { TarEntry } from "./tar";

/** What an archive is of, and what must be in it, below its folder. A proxy's certificates can be anywhere. */
const REQUIRED = {
  "ocis-config": "ocis.yaml",
  "ocis-data": "storage",
  "opencloud-config": "opencloud.yaml",
  "opencloud-data": "storage",
  // The extended attributes of all files in the data.
  "opencloud-attributes": "attributes",
  "pocket-id-data": "pocket-id.db",
  // Its database is elsewhere.
  "pocket-id-files": undefined,
  "proxy-data": undefined,
} as const;

export type Kind = keyof typeof REQUIRED;
export const KINDS = Object.keys(REQUIRED) as [Kind, ...Kind[]];

/** Kinds that make sense together only. */
export const TOGETHER: readonly (readonly Kind[])[] = [
  ["ocis-config", "ocis-data"],
  ["opencloud-config", "opencloud-data", "opencloud-attributes"],
];

/** What the entries of an archive tell about it. */
export class Contents {
  entries = 0;
  #hasRequired: boolean;
  #nodes = 0;
  #described = 0;

  constructor(private readonly kind: Kind) {
    this.#hasRequired = REQUIRED[kind] === undefined;
  }

  add({ name }: TarEntry): void {
    this.entries += 1;
    const path = name.slice(name.indexOf("/") + 1);
    if (path === REQUIRED[this.kind]) this.#hasRequired = true;
    if (this.kind !== "ocis-data" || !/^storage\/users\/spaces\/.*\/nodes\/(?:[^/]{2}\/){4}/.test(path))
      return;
    if (path.endsWith(".mpk")) this.#described += 1;
    else this.#nodes += 1;
  }

  /** What is wrong with the archive, in words that follow its name; undefined if nothing is. */
  problem(): string | undefined {
    if (!this.#hasRequired) return `has no ${REQUIRED[this.kind] ?? ""}`;
    if (this.#nodes === 0 || this.#described > 0) return undefined;
    return (
      "has files without oCIS's .mpk files: their names and owners are in extended attributes, which Docker doesn't copy; back up " +
      "with a program that does, such as `rsync -aX`"
    );
  }
}
