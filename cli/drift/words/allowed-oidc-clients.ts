import type { Properties, SnapshotResource } from "../../stacks";
import { type Change, listChanges, shown } from "../finding";
import type { Names } from "../names";

export const object = ({ inputs }: SnapshotResource, names: Names) =>
  `group ${names.group(String(inputs["groupId"]))}`;

export function changes({ inputs }: SnapshotResource, live: Properties): Change[] {
  const { removed } = listChanges(live["clientIds"] as string[], inputs["clientIds"] as string[]);
  return removed.map((clientId) => ({
    field: "clientIds",
    words: `client ${shown(clientId)} does not let this group in any more`,
  }));
}
