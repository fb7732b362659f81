import { CustomClaims, OidcClient, UserGroup } from "@ocis-pocket-id/providers";

/**
 * Declares a number of resources: group 0, its claims, client 0 that allows this group, group 1, and so on. So 300 are 100 of
 * each kind.
 *
 * @param ending of all names, for a server that others use, too
 */
export function declareResources(count: number, ending = ""): void {
  for (let first = 0; first < count; first += 3) {
    const number = first / 3;
    const name = `group${number}${ending}`;
    const group = new UserGroup(`group-${number}`, { name, friendlyName: `Group ${number}` });
    if (first + 1 < count) {
      const claims = [{ key: "roles", value: `role${number}` }];
      new CustomClaims(`claims-${number}`, { groupId: group.id, claims });
    }
    if (first + 2 < count) {
      new OidcClient(`client-${number}`, {
        name: `Client ${number}`,
        clientId: `client-${number}${ending}.company.example`,
        callbackUrls: [`https://client-${number}.company.example/oidc-callback.html`],
        isPublic: true,
        allowedUserGroupIds: [group.id],
      });
    }
  }
}
