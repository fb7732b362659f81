import { oidcClient } from "@ocis-pocket-id/providers/handlers";
import { anotherProcess, operate } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

export type Json = Record<string, unknown>;

export let server: PocketIdUnderTest;
export let client: ReturnType<typeof operate>;
export let clientId: string;
export let groups: string[];

beforeAll(async () => {
  server = await pocketIdUnderTest();
  groups = [];
  for (const friendlyName of ["First", "Second"]) {
    const body = { name: uniqueName("group"), friendlyName };
    groups.push((await server.call<Json>("POST", "/api/user-groups", body)).body["id"] as string);
  }
  groups.sort();
});
afterAll(async () => {
  for (const id of groups) await server.call<Json>("DELETE", `/api/user-groups/${id}`);
  await server.close();
});
beforeEach(() => {
  clientId = uniqueName("client");
  runEngineAnew();
});
afterEach(() => server.call("DELETE", `/api/oidc/clients/${clientId}`));

/** The next run of the engine, which has its own listings. */
export function runEngineAnew(configuration = anotherProcess(server)): void {
  client = operate(oidcClient, configuration);
}

/** What a program passes, with changes. */
export const program = (more: object = {}) => ({
  name: "ocis",
  clientId,
  callbackUrls: ["https://ocis.company.com/oidc-callback.html", "https://ocis.company.com/"],
  isPublic: true,
  allowedUserGroupIds: [...groups].reverse(),
  ...more,
});
export const live = async (id = clientId) => (await server.call<Json>("GET", `/api/oidc/clients/${id}`)).body;
export const allowed = async () =>
  ((await live())["allowedUserGroups"] as { id: string }[]).map(({ id }) => id).sort();
