import { CustomClaims, OidcClient, UserGroup } from "@ocis-pocket-id/providers";
import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation";
import * as path from "node:path";
import type { EmbeddedPocketId } from "../../embedded";
import companyProgram from "../../index";

/** A program to measure, with all that its stack and its server need. */
export interface Workload {
  readonly name: string;
  readonly program: PulumiFn;
  /** Usernames that the program expects in Pocket ID. */
  readonly people: readonly string[];
  config(pocketId: EmbeddedPocketId, directory: string): ConfigMap;
}

/** What every run of the engine costs by itself; all times are compared with it. */
export const empty: Workload = {
  name: "empty",
  program: () => Promise.resolve(),
  people: [],
  config: () => ({}),
};

const MEMBERS = { admin: ["alice"], spaceAdmin: ["sam"], user: ["uma"], guest: ["gus"] };

/** The whole guide for one company, with a person in each role: the program of this project. */
export const exampleCompany: Workload = {
  name: "company",
  program: () => Promise.resolve(companyProgram()),
  people: Object.values(MEMBERS).flat(),
  config: (pocketId, directory) => ({
    "ocis-pocket-id:domain": { value: "company.example" },
    "ocis-pocket-id:issuer": { value: pocketId.issuer },
    "ocis-pocket-id:target": { value: "bundle" },
    "ocis-pocket-id:bundleDirectory": { value: path.join(directory, "bundle") },
    "ocis-pocket-id:members": { value: JSON.stringify(MEMBERS) },
    ...connection(pocketId),
  }),
};

/** As many resources as asked for: groups, claims of each, and clients that each allow one of the groups. */
export function resources(count: number): Workload {
  return {
    name: `resources-${count}`,
    program: () => {
      declareResources(count);
      return Promise.resolve();
    },
    people: [],
    config: connection,
  };
}

/** In turns: group 0, its claims, client 0, group 1, and so on; so 300 are 100 of each kind. */
function declareResources(count: number): void {
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

function connection({ url, apiKey }: EmbeddedPocketId): ConfigMap {
  return { "pocketid:url": { value: url }, "pocketid:apiKey": { value: apiKey, secret: true } };
}
