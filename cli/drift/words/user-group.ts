import type { Properties, SnapshotResource } from "../../stacks";
import { type Change, isShouldBe } from "../finding";

export const object = ({ inputs }: SnapshotResource) => `group ${String(inputs["name"])}`;

export function changes({ inputs }: SnapshotResource, live: Properties): Change[] {
  const fields = { name: "name", friendlyName: "friendly name" };
  return Object.entries(fields)
    .filter(([field]) => live[field] !== inputs[field])
    .map(([field, what]) => ({ field, words: isShouldBe(what, live[field], inputs[field]) }));
}
