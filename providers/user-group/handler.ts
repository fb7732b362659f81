import { objectHandler } from "../core/object";
import { notice } from "../core/preview";
import { ForbiddenError, hasName, isFromLdap } from "../pocket-id";
import { userGroup as declaration } from "./declaration";

/** The handler of `UserGroup`. */
export const userGroup = objectHandler(declaration, {
  namedBy: "name",
  inWords: ({ name = "" }) => `user group '${name}'`,
  list: (pocketId) => pocketId.listGroups(),
  isNamed: (group, { name }) => hasName(group, name),
  get: (id, pocketId) => pocketId.findGroup(id),
  create: (body, pocketId) => pocketId.createGroup(body),
  update: (group, body, pocketId) => pocketId.updateGroup(group.id, body),

  fixed: (group) =>
    isFromLdap(group)
      ? `user group '${group.name}' comes from LDAP, where its names must be changed: set name '${group.name}' and friendlyName ` +
        `'${group.friendlyName}' to keep it as it is, or refer to it as an existing group (\`existingGroups\` of a stack)`
      : undefined,

  async delete(id, pocketId) {
    try {
      await pocketId.deleteGroup(id);
    } catch (error) {
      const group = error instanceof ForbiddenError ? await pocketId.findGroupWithMembers(id) : undefined;
      if (group === undefined || !isFromLdap(group)) throw error;
      notice(
        `user group '${group.name}' comes from LDAP now, and only LDAP can delete it: it stays in Pocket ID, but ` +
          "no longer belongs to this stack",
      );
    }
  },
});
