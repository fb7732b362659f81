import { randomBytes } from "node:crypto";
import { missingPermission, notSignedIn, userDisabled } from "./errors";
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
    private staticKey: string,
    extra: readonly ExtraApiKey[],
  ) {
    for (const [index, { key, admin }] of extra.entries()) {
      const username = `key-owner-${index + 1}`;
      const owner =
        store.state.users.find((user) => user.username === username) ??
        store.addUser({ username, email: `${username}@example.com`, isAdmin: admin });
      this.owners.set(key, owner.id);
    }
  }

  rotate(key: string): void {
    this.staticKey = key;
  }

  /** Returns the caller, or throws a problem. */
  admit(key: string | undefined, access: "public" | "user" | "admin"): User | undefined {
    if (access === "public") return undefined;
    const caller = this.ownerOf(key);
    if (!caller) throw notSignedIn();
    if (caller.disabled) throw userDisabled();
    if (access === "admin" && !caller.isAdmin) throw missingPermission();
    return caller;
  }

  private ownerOf(key: string | undefined): User | undefined {
    if (key === undefined) return undefined;
    const id = key === this.staticKey ? staticUserId : this.owners.get(key);
    return (
      this.store.state.users.find((user) => user.id === id) ??
      (id === staticUserId ? this.staticUser() : undefined)
    );
  }

  /** Created with the first call, and again when somebody has deleted it, each time with another name. */
  private staticUser(): User {
    const user = this.store.addUser({
      id: staticUserId,
      username: `static-api-user-${randomBytes(3).toString("hex")}`,
      firstName: "Static API User",
      displayName: "Static API User",
      isAdmin: true,
    });
    this.store.save();
    return user;
  }
}
