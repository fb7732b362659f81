import {
  allowedOidcClients,
  customClaims,
  oidcClient,
  userGroup,
  userGroupMembers,
} from "@ocis-pocket-id/providers/handlers";
import { type Emulator, startEmulator } from "../../emulator";
import { anotherProcess, type Entry, operate } from "../support/operate";

/** A Pocket ID whose objects all have a field, at every depth, that this package has never heard of. */
let server: Emulator;
beforeEach(async () => {
  server = await startEmulator({ version: "2.14", laterFields: true });
});
afterEach(() => server.close());

const run = (handler: Parameters<typeof operate>[0]) => operate(handler, anotherProcess(server));
/** The parts of what was sent that have the unknown field. */
const keptIn = (path: RegExp) =>
  server.requests
    .filter(({ method, path: at }) => method === "PUT" && path.test(at))
    .map(({ body }) => JSON.stringify(body).match(/"addedLater"/g)?.length ?? 0);

async function staysAsItIs(
  handler: Parameters<typeof operate>[0],
  entry: Entry,
  args: object,
): Promise<void> {
  const refreshed = await run(handler).refresh(entry);
  expect(refreshed?.inputs).toEqual(entry.inputs);
  expect(await run(handler).diff(entry, { ...args })).toMatchObject({ changes: false });
  expect(await run(handler).diff(refreshed ?? entry, { ...args })).toMatchObject({ changes: false });
  expect(JSON.stringify([entry, refreshed])).not.toContain("addedLater");
}

test("none of them is a difference, and updates of claims and clients keep them", async () => {
  const { id: userId } = server.addUser({ username: "alice" });
  const group = { name: "team", friendlyName: "Team" };
  const madeGroup = await run(userGroup).create(group);
  await staysAsItIs(userGroup, madeGroup, group);

  const claims = { groupId: madeGroup.id, claims: [{ key: "roles", value: "ocisUser" }] };
  await staysAsItIs(customClaims, await run(customClaims).create(claims), claims);

  const changed = { ...claims, claims: [{ key: "roles", value: "ocisAdmin" }] };
  const madeClaims = await run(customClaims).refresh({ ...(await run(customClaims).create(claims)) });
  if (madeClaims === undefined) throw new Error("the claims are gone");
  await staysAsItIs(customClaims, await run(customClaims).update(madeClaims, changed), changed);
  expect(keptIn(/^\/api\/custom-claims\//).at(-1)).toBe(1);

  const members = { groupId: madeGroup.id, members: [userId] };
  await staysAsItIs(userGroupMembers, await run(userGroupMembers).create(members), members);

  const client = {
    name: "app",
    clientId: "app",
    callbackUrls: ["https://app.company.test/cb"],
    federatedIdentities: [{ issuer: "https://ci.company.test", subject: "job" }],
    allowedUserGroupIds: [madeGroup.id],
  };
  const made = await run(oidcClient).create(client);
  await staysAsItIs(oidcClient, made, client);
  const renamed = { ...client, name: "renamed" };
  await staysAsItIs(oidcClient, await run(oidcClient).update(made, renamed), renamed);
  // The client itself, its credentials, and the identity.
  expect(keptIn(/^\/api\/oidc\/clients\/app$/)).toEqual([3]);

  const joins = { groupId: madeGroup.id, clientIds: ["app"] };
  await staysAsItIs(allowedOidcClients, await run(allowedOidcClients).create(joins), joins);
});

test("whether tokens of another issuer count once is left alone unless a program decides it", async () => {
  const client = (more: object = {}) => ({
    name: "app",
    clientId: "app",
    restricted: false,
    federatedIdentities: [{ issuer: "https://ci.company.test", ...more }],
  });
  const live = async () => {
    const headers = { "X-API-KEY": server.apiKey };
    const answer = await fetch(`${server.url}/api/oidc/clients/app`, { headers });
    const { credentials } = (await answer.json()) as {
      credentials: { federatedIdentities: { replayProtection: boolean }[] };
    };
    return credentials.federatedIdentities[0]?.replayProtection;
  };
  const made = await run(oidcClient).create(client());
  await staysAsItIs(oidcClient, made, client());

  expect(await run(oidcClient).diff(made, client({ replayProtection: true }))).toMatchObject({
    changes: true,
  });
  const decided = await run(oidcClient).update(made, client({ replayProtection: true }));
  expect(await live()).toBe(true);
  await staysAsItIs(oidcClient, decided, client({ replayProtection: true }));

  const leftOut = await run(oidcClient).update(decided, client());
  expect(await live()).toBe(true);
  await staysAsItIs(oidcClient, leftOut, client());
});

test("a server that lacks the field is named at preview", async () => {
  await server.close();
  server = await startEmulator({ version: "2.9" });
  const federatedIdentities = [{ issuer: "https://ci.company.test", replayProtection: true }];
  const { failures } = await run(oidcClient).check({ name: "app", restricted: false, federatedIdentities });
  expect(failures).toEqual([
    {
      property: "federatedIdentities",
      reason:
        "replayProtection needs Pocket ID 2.10 or later, and this one is 2.9.0: leave it out, or upgrade Pocket ID",
    },
  ]);
});
