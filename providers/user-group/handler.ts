import { hasName, isFromLdap } from "../pocket-id";
import { objectHandler } from "../core/pocket-id-handler";
import { userGroup as declaration } from "./declaration";

/** The handler of `UserGroup`. */
export const userGroup = objectHandler(declaration, {
  namedBy: "name",
  inWords: ({ name = "" }) => `user group '${name}'`,
  list: (pocketId) => pocketId.listGroups(),
  isNamed: (group, { name }) => hasName(group, name),
  get: (id, pocketId) => pocketId.findGroup(id),
  create: (body, pocketId) => pocketId.createGroup(body),
  update(group, body, pocketId) {
    if (isFromLdap(group)) {
      throw new Error(
        `group '${group.name}' comes from LDAP, where its names must be changed: set name '${group.name}' and friendlyName ` +
          `'${group.friendlyName}' to refer to it as it is`,
      );
    }
    return pocketId.updateGroup(group.id, body);
  },
  delete: (id, pocketId) => pocketId.deleteGroup(id),
});
