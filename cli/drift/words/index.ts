import { changesOf } from "@ocis-pocket-id/providers/core";
import type { Properties, SnapshotResource } from "../../stacks";
import { type HandlerName, HANDLERS } from "../../stacks/handlers";
import type { Change, Names } from "../finding";
import * as localFiles from "./local-files";

/** How one kind of resource is spoken of. */
export interface Words {
  /** The object in words: `group ocisUser`. */
  object(resource: SnapshotResource, names: Names): string;
  /** Every field that is not as it should be. */
  changes(resource: SnapshotResource, live: Properties, names: Names): Change[];
}

/**
 * The words for the resources of one handler. Undefined for those that have nothing in the world that could drift: a check,
 * a wait, a made-up secret.
 */
export function wordsFor(handler: HandlerName | undefined): Words | undefined {
  if (handler === undefined) return undefined;
  if (handler === "localFiles") return localFiles;
  const { declaration } = HANDLERS[handler];
  if (declaration === undefined) return undefined;
  return {
    object: ({ id, inputs }, names) => declaration.title(inputs, id, names),
    changes: ({ inputs }, live, names) => changesOf(declaration, live, inputs, names),
  };
}
