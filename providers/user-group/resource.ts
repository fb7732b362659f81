import type * as pulumi from "@pulumi/pulumi";
import type { Adoption } from "../core/adoption";
import { PocketIdResource } from "../pocket-id-resource";

/** Arguments of a {@link UserGroup}. */
export interface UserGroupArgs {
  /** Technical name, unique in Pocket ID, 2 to 255 characters; the value in the `groups` claim. Renaming keeps the ID. */
  name: pulumi.Input<string>;
  /** Name shown to people, 2 to 50 characters. @default the technical name */
  friendlyName?: pulumi.Input<string>;
  /** Whether a group of exactly this name that exists already is taken over. @default "never" */
  adopt?: pulumi.Input<Adoption>;
  /** Whether destroy deletes the group even if it was taken over. @default false */
  deleteAdopted?: pulumi.Input<boolean>;
}

/**
 * A user group in Pocket ID. Its members are not touched (see `UserGroupMembers`), nor are its claims (see
 * `CustomClaims`). The resource's ID is the group's.
 *
 * A group that Pocket ID takes from LDAP may be referred to with `adopt: "ifExists"`, and is never written.
 *
 * @example
 * const admins = new UserGroup("admins", { name: "ocisAdmin", friendlyName: "ocis admin users group" });
 */
export class UserGroup extends PocketIdResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly friendlyName: pulumi.Output<string>;
  /** True when the group existed before and was taken over; destroy then leaves it in place. */
  declare readonly adopted: pulumi.Output<boolean>;

  constructor(name: string, args: UserGroupArgs, options?: pulumi.CustomResourceOptions) {
    super(
      { type: "UserGroup", handler: "userGroup", computed: ["adopted"] },
      name,
      { friendlyName: args.name, ...args },
      options,
    );
  }
}
