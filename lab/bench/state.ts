import { median } from "./median";

/** One entry of a stack's state, as far as the benchmark looks. */
export interface StateEntry {
  readonly type: string;
  readonly inputs?: { readonly __provider?: string };
}

/** How big a state is, in bytes. */
export interface StateSize {
  /** All entries, as compact JSON. */
  readonly total: number;
  /** The median entry of what is in Pocket ID. */
  readonly medianEntry: number;
  /** The longest text that leads the engine to a handler. */
  readonly handlerText: number;
}

/** Resources that are objects in Pocket ID; the others of our packages are files and checks. */
const IN_POCKET_ID = /:(UserGroup|CustomClaims|OidcClient|UserGroupMembers|AllowedOidcClients)$/;

export function stateSize(entries: readonly StateEntry[]): StateSize {
  const ours = entries.filter(({ type }) => IN_POCKET_ID.test(type));
  return {
    total: bytes(JSON.stringify(entries)),
    medianEntry: median(ours.map((entry) => bytes(JSON.stringify(entry)))),
    handlerText: Math.max(0, ...entries.map(({ inputs }) => bytes(inputs?.__provider ?? ""))),
  };
}

function bytes(text: string): number {
  return Buffer.byteLength(text, "utf8");
}
