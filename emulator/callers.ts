import { randomBytes } from "node:crypto";
import { type PocketIdVersion, Problem } from "./answers";
import type { Route } from "./routes";
import type { Store, User } from "./store";

/** A key in addition to the static one, with its own user. */
export interface ExtraApiKey {
  key: string;
  admin: boolean;
}

const staticUserId = "00000000-0000-0000-0000-000000000000";

/** The keys that may call: the static key of `STATIC_API_KEY`, and keys of users. */
export class ApiKeys {
  private readonly owners = new Map<string, string>();

  constructor(
    private readonly store: Store,
    public staticKey: string,
    extra: readonly ExtraApiKey[],
  ) {
    for (const [index, { key, admin }] of extra.entries()) {
      const username = `key-owner-${index + 1}`;
      const owner = store.addUser({ username, email: `${username}@example.com`, isAdmin: admin });
      this.owners.set(key, owner.id);
    }
  }

  /** Returns the caller, or throws a problem. */
  admit(key: unknown, access: Route["access"]): User | undefined {
    if (access === "public") return undefined;
    const caller = this.ownerOf(key);
    if (!caller) throw new Problem(401, "You are not signed in", "not_signed_in");
    if (caller.disabled) throw new Problem(403, "User account is disabled", "user_disabled");
    if (access === "admin" && !caller.isAdmin)
      throw new Problem(403, "You don't have permission to perform this action", "forbidden");
    return caller;
  }

  /** The static key's user is created with the first call, and again, with another name, when somebody has deleted it. */
  private ownerOf(key: unknown): User | undefined {
    if (typeof key !== "string") return undefined;
    const id = key === this.staticKey ? staticUserId : this.owners.get(key);
    const owner = this.store.state.users.find((user) => user.id === id);
    if (owner || id !== staticUserId) return owner;
    const user = this.store.addUser({
      id,
      username: `static-api-user-${randomBytes(3).toString("hex")}`,
      firstName: "Static API User",
      displayName: "Static API User",
      isAdmin: true,
    });
    this.store.save();
    return user;
  }
}

const limits = {
  "2.9": { burst: 100, perSecond: 1 },
  "2.14": { burst: 300, perSecond: 100 },
} satisfies Record<PocketIdVersion, { burst: number; perSecond: number }>;

/** Returns the time in milliseconds since any fixed moment. */
export type Clock = () => number;

/** A token bucket per caller's address, shared by `/api/*` and `/.well-known/*`. */
export class RateLimiter {
  private readonly buckets = new Map<string, { tokens: number; filledAt: number }>();

  constructor(
    private readonly version: PocketIdVersion,
    private readonly clock: Clock = () => performance.now(),
  ) {}

  /** Takes a token; returns false if there is none. */
  allows(address: string): boolean {
    const { burst, perSecond } = limits[this.version];
    const time = this.clock();
    const bucket = this.buckets.get(address) ?? { tokens: burst, filledAt: time };
    bucket.tokens = Math.min(burst, bucket.tokens + ((time - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = time;
    this.buckets.set(address, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
