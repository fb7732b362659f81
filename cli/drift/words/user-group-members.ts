import type { Properties, SnapshotResource } from "../../stacks";
import { type Change, listChanges, shown } from "../finding";
import type { Names } from "../names";

export const object = ({ inputs }: SnapshotResource, names: Names) =>
  `group ${names.group(String(inputs["groupId"]))}`;

export function changes({ inputs }: SnapshotResource, live: Properties): Change[] {
  const { added, removed } = listChanges(live["members"] as string[], inputs["members"] as string[]);
  const change = (member: string, what: string) => ({
    field: "members",
    words: `member ${shown(member)} was ${what}`,
  });
  return [
    ...removed.map((member) => change(member, "removed")),
    ...added.map((member) => change(member, "added")),
  ];
}
