import { isDeepStrictEqual } from "node:util";
import type { Properties, SnapshotResource } from "../../stacks";
import { type Change, isShouldBe, shown } from "../finding";
import type { Names } from "../names";

interface Claim {
  readonly key: string;
  readonly value: unknown;
}

export function object({ inputs }: SnapshotResource, names: Names): string {
  const { groupId, userId } = inputs;
  return typeof groupId === "string" ? `group ${names.group(groupId)}` : `user ${String(userId)}`;
}

export function changes({ inputs }: SnapshotResource, live: Properties): Change[] {
  const should = byKey(inputs["claims"]);
  const is = byKey(live["claims"]);
  const wrong = [...should]
    .filter(([key, value]) => !isDeepStrictEqual(is.get(key), value))
    .map(([key, value]) => ({
      field: `claims.${key}`,
      words: is.has(key)
        ? isShouldBe(`claim ${key}`, is.get(key), value)
        : `claim ${key} was removed, should be ${shown(value)}`,
    }));
  const added = [...is]
    .filter(([key]) => !should.has(key))
    .map(([key, value]) => ({ field: `claims.${key}`, words: `claim ${key} = ${shown(value)} was added` }));
  return [...wrong, ...added];
}

function byKey(claims: unknown): Map<string, unknown> {
  return new Map((claims as readonly Claim[]).map(({ key, value }) => [key, value]));
}
