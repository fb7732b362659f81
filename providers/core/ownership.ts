import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "./program-error";
import { choice, nonEmptyText } from "./schema";

/** Who owns a list: `exact`, all of it is ours; `include`, our entries are kept and others are left alone. */
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
  /** What messages call the owner. */
  readonly name: string;
  /** Undefined for the whole list. */
  readonly entries: ReadonlySet<unknown> | undefined;
}

/** Claims by whose list it is: an ID, or the output that gives it. */
type Claims = Map<unknown, Claim[]>;

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
 * Who owns which list, for each run of a program (several programs may run in one process), and in it for each Pocket ID: two
 * servers may have equal IDs.
 */
const runs = new WeakMap<object, Map<unknown, Map<string, Claims>>>();

/**
 * Refuses a second owner of a list, or of an entry in it, in one program: each would undo the other's work at every update,
 * since Pocket ID has only full-list writes. At preview an ID may be unknown still; then the same resource's output identifies
 * it as well.
 */
export function soleOwner(owner: Owner, name: string, { list, of, mode, entries }: OwnedList): void {
  const claims = claimsOf(owner, list);
  if (claims === undefined) return;
  if (!pulumi.Output.isInstance(mode)) {
    const raw = Array.isArray(entries) ? entries : [entries];
    for (const id of of) claim(claims, id, { owner, name, entries: partOf(mode, raw) }, list);
  }
  for (const id of of) {
    const known = pulumi.all([id, mode, entries]);
    known.apply(async ([knownId, knownMode, knownEntries]) => {
      const text = (await pulumi.isSecret(known)) ? list : `${list} ${knownId}`;
      claim(claims, knownId, { owner, name, entries: partOf(knownMode, knownEntries) }, text);
    });
  }
}

/** The list of an OIDC client that `OidcClient` writes from one side and `AllowedOidcClients` from the other. */
export const ALLOWED_GROUPS = "the allowed groups of client";

const partOf = (mode: unknown, entries: readonly unknown[]) =>
  mode === "include" ? new Set(entries) : undefined;

function claimsOf(owner: Owner, list: string): Claims | undefined {
  const run = pulumi.runtime.getStackResource();
  if (run === undefined) return undefined;
  const servers = existing(runs, run, () => new Map<unknown, Map<string, Claims>>());
  const server = owner.getProvider("pulumi-nodejs:dynamic/pocketid:UserGroup");
  const lists = existing(servers, server, () => new Map<string, Claims>());
  return existing(lists, list, () => new Map<unknown, Claim[]>());
}

function existing<K, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function claim(claims: Claims, id: unknown, mine: Claim, list: string): void {
  const others = existing(claims, id, () => []);
  const rival = others.find((other) => other.owner !== mine.owner && overlap(other, mine));
  if (rival !== undefined) {
    throw new ProgramError(
      `${rival.name} and ${mine.name} both own ${list}: put all of them into one resource`,
    );
  }
  others.push(mine);
}

function overlap(one: Claim, other: Claim): boolean {
  if (one.entries === undefined || other.entries === undefined) return true;
  const { entries } = other;
  return [...one.entries].some((entry) => entries.has(entry));
}
