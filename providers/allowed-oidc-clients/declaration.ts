import * as pulumi from "../core/sdk";
import { type ArgsOf, declare } from "../core/declare";
import { ALLOWED_GROUPS, soleOwner } from "../core/ownership";
import { declared, PocketIdResource } from "../core/resource";
import { nonEmptyText, setOf } from "../core/schema";

/** The declaration of {@link AllowedOidcClients}. */
export const allowedOidcClients = declare({
  type: "AllowedOidcClients",
  title: ({ groupId }, _id, names) => `group ${names.group(groupId)}`,
  properties: {
    /** The group. Another group replaces the resource. */
    groupId: { schema: nonEmptyText, replaces: true },
    /** IDs of existing clients, such as those of another stack. */
    clientIds: {
      schema: setOf(nonEmptyText),
      drift: { entry: "client", removed: "no longer lets this group in" },
    },
  },
});

/**
 * Arguments of {@link AllowedOidcClients}.
 *
 * @interface
 */
export type AllowedOidcClientsArgs = ArgsOf<typeof allowedOidcClients>;

/**
 * Lets the members of one user group log in with clients that belong to others, such as another stack. The same as an
 * `OidcClient`'s `allowedUserGroupIds`, but from the group's side. The group's access to other clients stays.
 *
 * The owner's `OidcClient` must keep other groups (`allowedUserGroupsMode: "include"`), or its next `up` undoes this.
 *
 * @example
 * new AllowedOidcClients("phones", { groupId: users.id, clientIds: ["ios-app", "android-app"] });
 */
export class AllowedOidcClients extends PocketIdResource<typeof allowedOidcClients> {
  constructor(name: string, args: AllowedOidcClientsArgs, opts?: pulumi.CustomResourceOptions) {
    super(...declared(new.target, allowedOidcClients, name, args, opts));
    const own = (clientIds: readonly pulumi.Input<string>[]) => {
      for (const clientId of clientIds) {
        soleOwner(this, `AllowedOidcClients '${name}'`, {
          list: ALLOWED_GROUPS,
          of: [clientId],
          mode: "include",
          entries: [args.groupId],
        });
      }
    };
    if (Array.isArray(args.clientIds)) own(args.clientIds);
    else pulumi.output(args.clientIds).apply(own);
  }
}
