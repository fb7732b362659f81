/** The versions of Pocket ID whose behaviour can be chosen. */
export type PocketIdVersion = "2.9" | "2.14";

/** The answer of `GET /api/version/current`. */
export const releaseOf: Readonly<Record<PocketIdVersion, string>> = { "2.9": "2.9.0", "2.14": "2.14.0" };

/** Names, keys and values are stored in Unicode's normal form C; v2.9 tries this in vain. */
export const asStored = (text: string, version: PocketIdVersion): string =>
  version === "2.9" ? text : text.normalize("NFC");
