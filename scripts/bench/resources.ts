import { CustomClaims, OidcClient, UserGroup } from "@ocis-pocket-id/providers";

/**
 * Declares as many resources as asked for: groups, claims of each, and clients that each allow one of the groups. In turns:
 * group 0, its claims, client 0, group 1, and so on; so 300 are 100 of each kind.
 */
export function declareResources(count: number): void {
  for (let first = 0; first < count; first += 3) {
    const number = first / 3;
    const group = new UserGroup(`group-${number}`, {
      name: `group${number}`,
      friendlyName: `Group ${number}`,
    });
    if (first + 1 < count) {
      const claims = [{ key: "roles", value: `role${number}` }];
      new CustomClaims(`claims-${number}`, { groupId: group.id, claims });
    }
    if (first + 2 < count) declareClient(number, group);
  }
}

function declareClient(number: number, group: UserGroup): void {
  new OidcClient(`client-${number}`, {
    name: `Client ${number}`,
    clientId: `client-${number}.company.example`,
    callbackUrls: [`https://client-${number}.company.example/oidc-callback.html`],
    isPublic: true,
    allowedUserGroupIds: [group.id],
  });
}
