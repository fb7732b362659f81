import type { PocketId, UserGroupObject } from "@ocis-pocket-id/providers/pocket-id";
import type { StackSnapshot } from "../stacks";
import type { Names } from "./finding";

/** Names from state first, as those are what the program calls its groups, whatever they were renamed to. */
export async function namesFor(snapshot: StackSnapshot, pocketIds: readonly PocketId[]): Promise<Names> {
  const lists = await Promise.all(pocketIds.map((pocketId) => pocketId.listGroups()));
  const live = lists.flat().map(({ id, name }: UserGroupObject) => [id, name] as const);
  const ours = snapshot.resources
    .filter(({ handler }) => handler === "userGroup")
    .map(({ id, inputs }) => [id, String(inputs["name"])] as const);
  const names = new Map([...live, ...ours]);
  return { group: (id) => names.get(id) ?? id };
}
