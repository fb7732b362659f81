import type { ApiKeyObject } from "@ocis-pocket-id/providers/pocket-id";
import { type Finding, finding } from "../finding";

const DAY_MS = 24 * 60 * 60 * 1_000;
const WARNING_MS = 14 * DAY_MS;

/**
 * Checks whether the key that doctor uses expires soon. Pocket ID doesn't return which key was sent, but when each was last used:
 * ours was used just now.
 *
 * @param keys the owner's keys, without the static key, which never expires
 */
export function checkKey(keys: readonly ApiKeyObject[], now: Date): Finding[] {
  const used = keys.filter(({ lastUsedAt }) => typeof lastUsedAt === "string");
  const latest = Math.max(...used.map(lastUse));
  const candidates = used.filter((key) => lastUse(key) === latest);
  const ending = candidates.filter(({ expiresAt }) => Date.parse(expiresAt) - now.getTime() < WARNING_MS);
  const [first] = ending;
  if (first === undefined) return [];
  const left = Math.max(0, Math.floor((Date.parse(first.expiresAt) - now.getTime()) / DAY_MS));
  const which =
    candidates.length === 1
      ? `API key '${first.name}', its owner's last used key and so probably the stack's,`
      : `API key '${first.name}', one of ${candidates.length} that were used at the same time and can be the stack's,`;
  const what = `${which} expires in ${left} day${left === 1 ? "" : "s"}, on ${first.expiresAt.slice(0, 10)}`;
  return [finding("key-expires-soon", what)];
}

const lastUse = ({ lastUsedAt }: ApiKeyObject) => Date.parse(lastUsedAt ?? "");
