import type * as pulumi from "@pulumi/pulumi";
import { adopted, adoption, deleteAdopted, server } from "../core/adoption";
import { type ArgsOf, declare } from "../core/declare";
import { declared, PocketIdResource } from "../core/resource";
import { text } from "../core/schema";

/** The declaration of {@link UserGroup}. */
export const userGroup = declare({
  type: "UserGroup",
  title: ({ name }) => `group ${name}`,
  readOnly: ["id", "ldapId", "createdAt", "userCount", "users", "customClaims", "allowedOidcClients"],
  properties: {
    /** Technical name, unique in Pocket ID, 2 to 255 characters; the value in the `groups` claim. Renaming keeps the ID. */
    name: { schema: text(2, 255), wire: "name" },
    /** Name shown to people, 2 to 50 characters. @default the technical name */
    friendlyName: { schema: text(2, 50), wire: "friendlyName", sameAs: "name", drift: "friendly name" },
    /** Whether to adopt an existing group of exactly this name. @default "never" */
    adopt: adoption,
    /** Whether destroy deletes the group even if it was adopted. @default false */
    deleteAdopted,
    /** True when the group existed before and was adopted; destroy then leaves it in place. */
    adopted,
    server,
  },
});

/**
 * Arguments of a {@link UserGroup}.
 *
 * @interface
 */
export type UserGroupArgs = ArgsOf<typeof userGroup>;

/**
 * A user group in Pocket ID. Its members are not touched (see `UserGroupMembers`), nor are its claims (see
 * `CustomClaims`). The resource's ID is the group's.
 *
 * A group that Pocket ID takes from LDAP may be referred to with `adopt: "ifExists"`, and is never written.
 *
 * @example
 * const admins = new UserGroup("admins", { name: "ocisAdmin", friendlyName: "ocis admin users group" });
 */
export class UserGroup extends PocketIdResource<typeof userGroup> {
  constructor(name: string, args: UserGroupArgs, opts?: pulumi.CustomResourceOptions) {
    super(...declared(new.target, userGroup, name, args, opts));
  }
}
