import { NATIVE_CLIENTS } from "@ocis-pocket-id/components";
import type { ConfigMap } from "@pulumi/pulumi/automation";

/** The example company before and after an update that changes everything that it has in Pocket ID. */
export type Generation = "first" | "second";

export const GENERATIONS: readonly Generation[] = ["first", "second"];

export const other = (generation: Generation): Generation => (generation === "first" ? "second" : "first");

const ROLES = ["admin", "spaceAdmin", "user", "guest"] as const;

/** Names that no earlier run has used. */
export interface CompanyNames {
  /** Begins every name of this company. */
  readonly prefix: string;
}

/** One person for each role, by username. */
export function usernames({ prefix }: CompanyNames): string[] {
  return ["alice", "sam", "uma", "gus"].map((name) => `${prefix}-${name}`);
}

/** Client IDs that the company has in Pocket ID. */
export function clientIds({ prefix }: CompanyNames): string[] {
  return [`${prefix}.company.test`, ...NATIVE_CLIENTS.map(({ clientId }) => clientId)];
}

/** A group's name in each generation, and what it is called in reports: the same in both, as its ID must be. */
export function groupNames({ prefix }: CompanyNames, generation: Generation): Record<string, string> {
  return Object.fromEntries(ROLES.map((role) => [role, `${prefix}-${generation}-${role}`]));
}

/** The stack's configuration but for the connection. */
export function companyConfig(names: CompanyNames, generation: Generation, bundle: string): ConfigMap {
  const people = usernames(names);
  // In the second generation everybody has another role.
  const shift = generation === "first" ? 0 : 1;
  const members = ROLES.map((role, index) => [role, [people[(index + shift) % people.length]]]);
  const values = {
    "ocis-pocket-id:ocisHost": `${generation}.company.test`,
    // Chosen, so that another host does not mean another client.
    "ocis-pocket-id:webClientId": `${names.prefix}.company.test`,
    "ocis-pocket-id:target": "bundle",
    "ocis-pocket-id:bundleDirectory": bundle,
    "ocis-pocket-id:groupNames": JSON.stringify(groupNames(names, generation)),
    "ocis-pocket-id:claimKey": generation === "first" ? "roles" : "company_roles",
    "ocis-pocket-id:members": JSON.stringify(Object.fromEntries(members)),
    "faults:generation": generation,
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, { value }]));
}
