/** The versions of Pocket ID whose behaviour can be chosen. */
export type PocketIdVersion = "2.9" | "2.14";

/** What `GET /api/version/current` answers. */
export const releaseOf: Readonly<Record<PocketIdVersion, string>> = { "2.9": "2.9.0", "2.14": "2.14.0" };

/** Names, keys and values are brought to their normal form; v2.9 means to do so and does not. */
export const asStored = (text: string, version: PocketIdVersion): string =>
  version === "2.9" ? text : text.normalize("NFC");
