/** One thing that is not as the last `up` left it. */
export interface Finding {
  /**
   * `changed` and `gone` are drift; `unmanaged` is something that looks like ours and is managed by no stack that was
   * looked at.
   */
  readonly kind: "changed" | "gone" | "unmanaged";
  /** The object in words: `group ocisUser`, `container ocis-pocket-id-prod-ocis`. */
  readonly object: string;
  /** What of it: `claims.roles`, `callbackUrls`, `environment.OCIS_URL`; the empty text for the object as a whole. */
  readonly field: string;
  /** What happened, in words: `claim roles is 'user', should be 'ocisUser'`. */
  readonly change: string;
  /** The command that puts it right, or what to do. */
  readonly mend: string;
  /** The resources that it is about, the object's own first; empty for `unmanaged`. */
  readonly urns: readonly string[];
}

/** What was found out about one stack. */
export interface StackReport {
  readonly stack: string;
  /** How many objects were looked at. */
  readonly objects: number;
  readonly findings: readonly Finding[];
  /** What could not be looked at, one line each; then the findings are not all there may be. */
  readonly errors: readonly string[];
}

/** One field that is not as it should be. */
export interface Change {
  readonly field: string;
  readonly words: string;
}

/** A value from a server as a reader is to see it: on one line, with nothing in it that a terminal obeys. */
export function shown(value: unknown): string {
  const text = typeof value === "string" ? `'${value}'` : (JSON.stringify(value) as string | undefined);
  if (text === undefined) return "nothing";
  // Control characters, and those that turn the direction of writing.
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}

/** `claim roles is 'user', should be 'ocisUser'`; of what is not there at all, that it is missing. */
export function isShouldBe(what: string, is: unknown, should: unknown): string {
  if (is === undefined) return `${what} is missing, should be ${shown(should)}`;
  return `${what} is ${shown(is)}, should be ${shown(should)}`;
}

/** What of two lists was added by hand, and what was removed. */
export function listChanges(
  is: readonly string[],
  should: readonly string[],
): { added: string[]; removed: string[] } {
  return {
    added: is.filter((entry) => !should.includes(entry)),
    removed: should.filter((entry) => !is.includes(entry)),
  };
}
