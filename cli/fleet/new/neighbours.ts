import type { Project } from "../../stacks";
import { type Company, DEFAULT_PORT } from "../companies";

/** The port that a stack file claims on its host; nobody else may have it there. */
export function portOf(project: Project, { settings }: Company): number {
  const port: unknown = settings.config?.[`${project.name}:port`];
  return Number(port ?? DEFAULT_PORT);
}

/** The first port from 9200 that none of the stack files has. */
export function freePort(project: Project, companies: readonly Company[]): number {
  const taken = new Set(companies.map((company) => portOf(project, company)));
  let port = DEFAULT_PORT;
  while (taken.has(port)) port += 1;
  return port;
}

/**
 * What a company says that is not the first on its Pocket ID: names of its own for groups and claim, and the apps' clients,
 * which can be there only once, are another stack's.
 */
export function settingsBesideOthers(company: string): Record<string, unknown> {
  const roles = ["admin", "spaceAdmin", "user", "guest"];
  return {
    claimKey: `${company.replace(/[^A-Za-z0-9]/g, "_")}_roles`,
    groupNames: Object.fromEntries(roles.map((role) => [role, `${company}-${role}`])),
    nativeClients: "attach",
  };
}
