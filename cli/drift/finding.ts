import type { StackSnapshot } from "../stacks";

/** One difference from what the last `up` left. */
export interface Finding {
  /** `changed` and `gone` are drift; an `unmanaged` object looks like ours, but none of the checked stacks manages it. */
  readonly kind: "changed" | "gone" | "unmanaged";
  /** `group ocisUser`, `container ocis-pocket-id-prod-ocis`. */
  readonly object: string;
  /** `claims.roles`, `callbackUrls`, `environment.OCIS_URL`; empty for the object as a whole. */
  readonly field: string;
  /** `claim roles is 'user', should be 'ocisUser'`. */
  readonly change: string;
  /** The command that undoes it, or other advice. */
  readonly fix: string;
  /** The affected resources, the object's own first; empty for `unmanaged`. */
  readonly urns: readonly string[];
}

/** The result for one stack. */
export interface StackReport {
  readonly stack: string;
  /** The number of checked objects. */
  readonly objects: number;
  readonly findings: readonly Finding[];
  /** What couldn't be checked, one line each; with errors, the findings can be incomplete. */
  readonly errors: readonly string[];
}

/** The command that undoes every change that the engine detects. */
export const refreshCommand = ({ options }: StackSnapshot) => `pulumi up --refresh ${options}`;

/** The findings that count as drift. */
export const driftIn = (findings: readonly Finding[]) => findings.filter(({ kind }) => kind !== "unmanaged");
