import { changesOf } from "@ocis-pocket-id/providers/core";
import type { Properties, SnapshotResource } from "../stacks";
import { type HandlerName, HANDLERS } from "../stacks/handlers";
import { type Change, type Names, shown } from "./finding";

/** How one kind of resource is compared and named. */
export interface Comparison {
  /** `group ocisUser`. */
  object(resource: SnapshotResource, names: Names): string;
  /** Every field that differs. */
  changes(resource: SnapshotResource, live: Properties, names: Names): Change[];
}

const LOCAL_FILES: Comparison = {
  object: ({ inputs }) => `files in ${shown(inputs["directory"])}`,
  changes: fileChanges,
};

/** Undefined for resources without an object that could drift: a check, a wait, a generated secret. */
export function comparisonFor(handler: HandlerName | undefined): Comparison | undefined {
  if (handler === undefined) return undefined;
  if (handler === "localFiles") return LOCAL_FILES;
  const { declaration } = HANDLERS[handler];
  if (declaration === undefined) return undefined;
  return {
    object: ({ id, inputs }, names) => declaration.title(inputs, id, names),
    changes: ({ inputs }, live, names) => changesOf(declaration, live, inputs, names),
  };
}

/** Which files were edited and how much, but not their text, which can contain a secret. */
function fileChanges({ inputs }: SnapshotResource, live: Properties): Change[] {
  const is = live["files"] as Record<string, string>;
  return Object.entries(inputs["files"] as Record<string, string>).flatMap(([name, should]) => {
    const text = is[name];
    const field = `files.${name}`;
    if (text === undefined) return [{ field, words: `${name} was deleted` }];
    return text === should ? [] : [{ field, words: `${name} was edited (${extent(text, should)})` }];
  });
}

function extent(is: string, should: string): string {
  const added = surplus(is, should);
  const removed = surplus(should, is);
  const parts = [
    ...(added > 0 ? [`${lines(added)} added`] : []),
    ...(removed > 0 ? [`${lines(removed)} removed`] : []),
  ];
  return parts.length === 0 ? "the same lines in another order" : parts.join(", ");
}

const lines = (count: number) => `${count} ${count === 1 ? "line" : "lines"}`;

/** How many lines of a text are not in the other, each counted as often as it is there. */
function surplus(text: string, other: string): number {
  const rest = other.split("\n");
  return text.split("\n").filter((line) => {
    const found = rest.indexOf(line);
    if (found !== -1) rest.splice(found, 1);
    return found === -1;
  }).length;
}
