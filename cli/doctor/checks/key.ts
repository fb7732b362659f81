import type { ApiKeyObject } from "@ocis-pocket-id/providers/pocket-id";
import { type Finding, finding } from "../finding";

const DAY_MS = 24 * 60 * 60 * 1_000;
const WARNING_MS = 14 * DAY_MS;

/**
 * Does the key that doctor uses end soon? Pocket ID doesn't tell which of the owner's keys was sent, but notes when each was
 * last used: just now, for ours.
 *
 * @param keys those of the key's owner; without the static key, which never ends.
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
      ? `API key '${first.name}', the last one used of its owner's and so probably the stack's,`
      : `API key '${first.name}', one of ${candidates.length} that were used at the same time and may be the stack's,`;
  const what = `${which} expires in ${left} day${left === 1 ? "" : "s"}, on ${first.expiresAt.slice(0, 10)}`;
  return [finding("key-expires-soon", what, FIX)];
}

const lastUse = ({ lastUsedAt }: ApiKeyObject) => Date.parse(lastUsedAt ?? "");

const FIX =
  "make a new key in Pocket ID under Settings > API Keys (Pocket ID renews none before its end), run " +
  "`pulumi config set --secret pocketid:apiKey`, then `pulumi up`, and delete the old key in Pocket ID";
