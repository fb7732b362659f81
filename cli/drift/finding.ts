export { type Change, isShouldBe, listChanges, type Names, shown } from "@ocis-pocket-id/providers/core";

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
