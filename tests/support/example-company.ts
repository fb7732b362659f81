import type { ConfigMap } from "@pulumi/pulumi/automation";
import * as path from "node:path";
import program from "../../index";
import { engineStack, type EngineStack } from "./engine";
import { type PocketIdUnderTest, uniqueName } from "./pocket-id";

/** The program of this project, for an example company on a server under test. */
export interface ExampleCompany {
  readonly stack: EngineStack;
  /** Usernames by role. */
  readonly people: Record<Role, Person>;
  /** Where target bundle writes its files. */
  readonly bundle: string;
  remove(): Promise<void>;
}

export type Role = "admin" | "spaceAdmin" | "user" | "guest";
export interface Person {
  id: string;
  username: string;
}

/** The stack's configuration for a server, without members. */
export async function companyConfig(server: PocketIdUnderTest): Promise<ConfigMap> {
  const { body } = await server.call<{ issuer: string }>("GET", "/.well-known/openid-configuration");
  return {
    "ocis-pocket-id:ocisHost": { value: "ocis.company.test" },
    "ocis-pocket-id:issuer": { value: body.issuer },
    "ocis-pocket-id:target": { value: "bundle" },
    "pocketid:url": { value: server.url },
    "pocketid:apiKey": { value: server.apiKey, secret: true },
  };
}

/** Makes people, and a stack that gives each a role; nothing is run yet. */
export async function exampleCompany(server: PocketIdUnderTest): Promise<ExampleCompany> {
  const person = async (name: string): Promise<Person> => {
    const username = uniqueName(name);
    const body = {
      username,
      firstName: name,
      lastName: "",
      displayName: name,
      email: `${username}@company.test`,
    };
    return (await server.call<Person>("POST", "/api/users", body)).body;
  };
  const people = {
    admin: await person("alice"),
    spaceAdmin: await person("sam"),
    user: await person("uma"),
    guest: await person("gus"),
  };
  const stack = await engineStack("ocis-pocket-id", program);
  const bundle = path.join(stack.directory, "bundle");
  const members = Object.fromEntries(
    Object.entries(people).map(([role, { username }]) => [role, [username]]),
  );
  await stack.setConfig({
    ...(await companyConfig(server)),
    "ocis-pocket-id:bundleDirectory": { value: bundle },
    "ocis-pocket-id:members": { value: JSON.stringify(members) },
  });
  return {
    stack,
    people,
    bundle,
    async remove() {
      await stack.remove();
      for (const { id } of Object.values(people)) await server.call("DELETE", `/api/users/${id}`);
    },
  };
}
