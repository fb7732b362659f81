import { isRecord, type Schema } from "../core/property";
import { json, type JsonValue, zod } from "../core/schema";

/** A public key as a JSON Web Key: `kty`, `kid` and the members of its kind. Source: RFC 7517. */
export type PublicKey = Record<string, JsonValue>;

/** Members that only private and symmetric keys have. Source: RFC 7518, section 6. */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** A list of public keys; fields that Pocket ID adds to one don't count as a difference. */
export const publicKeys: Schema<PublicKey[]> = {
  validator: () =>
    zod().array(
      zod()
        .record(zod().string(), json.validator())
        .check(({ value, issues }) => {
          const member = PRIVATE.find((name) => name in value);
          if (member === undefined) return;
          // The member's value is a secret and must not be printed.
          const message = `has '${member}', which only a private key has: give only the public key`;
          issues.push({ code: "custom", input: undefined, message });
        }),
    ),
  read(live, wanted) {
    if (!Array.isArray(live)) return undefined;
    const keys: unknown[] = Array.isArray(wanted) ? wanted : [];
    return live.map((key: unknown, index) => {
      const its = keys[index];
      if (!isRecord(key) || !isRecord(its)) return key;
      return Object.fromEntries(Object.entries(key).filter(([name]) => name in its));
    });
  },
  write: (keys, live) => {
    const before: unknown[] = Array.isArray(live) ? live : [];
    const sameKey = (key: PublicKey) => (one: unknown) => isRecord(one) && one["kid"] === key["kid"];
    return keys.map((key) => {
      const old = key["kid"] === undefined ? undefined : before.find(sameKey(key));
      return isRecord(old) && Object.keys(key).every((name) => old[name] === key[name]) ? old : key;
    });
  },
};
