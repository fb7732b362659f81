import * as pulumi from "./sdk";
import { ProgramError } from "./program-error";
import { choice, nonEmptyText } from "./schema";

/** Who owns a list: with `exact`, all of it is ours; with `include`, only our entries are. */
export type ListMode = "exact" | "include";

/** The property with which programs choose. */
export const listMode = { schema: choice<ListMode>(["exact", "include"]), default: "exact" } as const;

/** The property by which a preview finds the group of a list. It isn't part of the list, so changing it changes nothing. */
export const groupName = { schema: nonEmptyText, optional: true, compared: false } as const;

/** A resource, which has the provider of its Pocket ID. */
type Owner = Pick<pulumi.Resource, "getProvider">;

/** The part of a list that one resource owns. */
interface Claim {
  readonly owner: Owner;
  /** The provider of the list's Pocket ID: two servers may have equal IDs. */
  readonly server: unknown;
  readonly list: string;
  /** What messages call the owner. */
  readonly name: string;
  /** Undefined for the whole list. */
  readonly entries: ReadonlySet<unknown> | undefined;
}

/** A list that a resource owns, wholly or in part. */
export interface OwnedList {
  /** What the list is, before the ID of whose it is: `the members of group`. */
  readonly list: string;
  /** Whose list it is: its ID, and other outputs that give the same ID. */
  readonly of: readonly pulumi.Input<string>[];
  /** `include`: only the entries are owned. Anything else: the whole list. */
  readonly mode?: pulumi.Input<string> | undefined;
  readonly entries: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/**
 * Who owns which list, for each run of a program (several programs may run in one process), by whose list it is: an ID, or the
 * output that gives it.
 */
const runs = new WeakMap<object, Map<unknown, Claim[]>>();

/**
 * Refuses a second owner of a list, or of an entry in it, in one program: each would undo the other's work at every update,
 * since Pocket ID has only full-list writes. At preview an ID may still be unknown; then the same resource's output
 * identifies it.
 */
export function soleOwner(owner: Owner, name: string, { list, of, mode, entries }: OwnedList): void {
  const run = pulumi.getStackResource();
  if (run === undefined) return;
  const claims = runs.get(run) ?? new Map<unknown, Claim[]>();
  runs.set(run, claims);
  const server = owner.getProvider("pulumi-nodejs:dynamic/pocketid:UserGroup");
  /** @param text what messages call the list */
  const claim = (id: unknown, itsMode: unknown, itsEntries: readonly unknown[], text: string) => {
    const owned = itsMode === "include" ? new Set(itsEntries) : undefined;
    const mine = { owner, server, list, name, entries: owned };
    const others = claims.get(id) ?? [];
    const rival = others.find((other) => overlap(other, mine));
    if (rival !== undefined) {
      throw new ProgramError(`${rival.name} and ${name} both own ${text}: put all of them into one resource`);
    }
    claims.set(id, [...others, mine]);
  };
  for (const id of of) {
    if (!pulumi.Output.isInstance(mode)) claim(id, mode, Array.isArray(entries) ? entries : [entries], list);
    const known = pulumi.all([id, mode, entries]);
    known.apply(async ([knownId, knownMode, knownEntries]) => {
      const text = (await pulumi.isSecret(known)) ? list : `${list} ${knownId}`;
      claim(knownId, knownMode, knownEntries, text);
    });
  }
}

/** The list of an OIDC client that `OidcClient` writes from one side and `AllowedOidcClients` from the other. */
export const ALLOWED_GROUPS = "the allowed groups of client";

function overlap(one: Claim, other: Claim): boolean {
  if (one.owner === other.owner || one.server !== other.server || one.list !== other.list) return false;
  const { entries } = other;
  return (
    one.entries === undefined || entries === undefined || [...one.entries].some((entry) => entries.has(entry))
  );
}
