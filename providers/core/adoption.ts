import { noticeOnce } from "./preview";
import { anyText, choice, flag } from "./schema";

/**
 * What a resource does if the object that it would create already exists. The engine can't import dynamic resources, so this
 * replaces it.
 *
 * - `never` refuses.
 * - `ifExists` takes it over, or creates a new one. Destroy keeps an adopted object.
 * - `must` takes it over, and fails if there is none.
 * - `reclaim` is for what an interrupted run created but didn't record: an object with exactly our content becomes ours, and
 *   destroy deletes it; any other is refused.
 */
export type Adoption = "never" | "ifExists" | "must" | "reclaim";

/** The values of {@link Adoption}. */
export const ADOPTIONS = ["never", "ifExists", "must", "reclaim"] as const satisfies readonly Adoption[];

/** The property with which programs choose. */
export const adoption = { schema: choice<Adoption>(ADOPTIONS), default: "never", compared: false } as const;

/** The property that lets destroy delete what was adopted. */
export const deleteAdopted = { schema: flag, default: false } as const;

/** The output that shows whether an object was adopted. */
export const adopted = { schema: flag, computed: true } as const;

/**
 * The URL of the object's Pocket ID. Programs don't set it: state has it next to the inputs, so that a new `pocketid:url` is
 * noticed. The same server under a new name isn't a change.
 */
export const server = { schema: anyText, optional: true, compared: false, internal: true } as const;

/** What adoption needs of an existing object. */
export interface Existing {
  /** The object as messages name it: `user group 'ocisAdmin'`. */
  readonly what: string;
  /** What a write would change; empty if the object has our content. */
  readonly differences: readonly string[];
}

/**
 * Why an object can't be created or adopted; undefined if it can.
 *
 * @param what the object as messages name it if there is none.
 */
export function adoptionProblem(adopt: Adoption, what: string, existing: Existing | undefined) {
  if (existing === undefined) {
    return adopt === "must"
      ? `Pocket ID has no ${what} to adopt: fix the name, or set adopt: "ifExists"`
      : undefined;
  }
  const { what: found, differences } = existing;
  if (adopt === "never") {
    const again =
      differences.length === 0
        ? ', adopt: "reclaim" (`pulumi config set adopt reclaim`) if an interrupted run made it'
        : "";
    return `${found} already exists in Pocket ID: set adopt: "ifExists" to take it over${again}, or choose another name`;
  }
  if (adopt === "reclaim" && differences.length > 0) {
    return `${found} already exists and differs from what this stack creates (${differences.join("; ")}): set adopt: "ifExists" to overwrite it`;
  }
  return undefined;
}

/** Announces in the preview that an object is adopted, or that there is none. @param found the object, or its name */
export function announce(adopt: Adoption, found: Existing | string): void {
  if (typeof found === "string") noticeOnce(`${found}: does not exist, will be created`);
  else {
    const list = found.differences.join("; ");
    const changes = list === "" ? "nothing to change" : `will change: ${list}`;
    noticeOnce(`${found.what}: ${adopt === "reclaim" ? "ours again" : "adopted"}, ${changes}`);
  }
}
