import type { Properties, SnapshotResource } from "../../stacks";
import { type Change, shown } from "../finding";

export const object = ({ inputs }: SnapshotResource) => `files in ${shown(inputs["directory"])}`;

/** Says how much was edited, and not what: a text may hold what is not to be printed. */
export function changes({ inputs }: SnapshotResource, live: Properties): Change[] {
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
