import { allowedOidcClients } from "@ocis-pocket-id/providers/handlers";
import { noticesOf } from "../support/notices";
import { anotherProcess, operate, UNKNOWN } from "../support/operate";
import { allowed, client, clientId, groups, live, program, runEngineAnew, server } from "./client-under-test";

test("one group fewer leaves the others", async () => {
  const entry = await client.create(program());
  await client.update(entry, program({ allowedUserGroupIds: [groups[0]] }));
  expect(await allowed()).toEqual([groups[0]]);
});

test("a group that does not exist is an error that names it, and the client stays closed and in state", async () => {
  const ghost = "00000000-0000-4000-8000-000000000000";
  const failure = await client
    .create(program({ allowedUserGroupIds: [ghost] }))
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({
    message: `OIDC client '${clientId}': no such user group in Pocket ID: ${ghost}`,
    id: clientId,
    properties: { allowedUserGroupIds: [], __provider: expect.any(String) as string },
  });
  expect(await live()).toMatchObject({ isGroupRestricted: true });
});

test("nobody is allowed only when the program says so", async () => {
  await client.create(program({ allowedUserGroupIds: [], allowNobody: true }));
  expect(await live()).toMatchObject({ isGroupRestricted: true, allowedUserGroups: [] });
});

test("groups that are unknown at preview aren't refused", async () => {
  expect((await client.check(program({ allowedUserGroupIds: [UNKNOWN] }))).failures).toEqual([]);
});

describe("allowNobody without a list", () => {
  const closed = () => program({ allowedUserGroupIds: undefined, allowNobody: true });
  const byHand = (userGroupIds: string[]) =>
    server.call("PUT", `/api/oidc/clients/${clientId}/allowed-user-groups`, { userGroupIds });

  test("a group that is let in by hand is drift, and is put out again", async () => {
    const entry = await client.create(closed());
    await byHand(groups);
    runEngineAnew();
    const drifted = await client.refresh(entry);
    expect(drifted?.inputs["allowedUserGroupIds"]).toEqual(groups);
    if (drifted === undefined) return;
    expect(await client.diff(drifted, closed())).toMatchObject({ changes: true });
    await client.update(drifted, closed());
    expect(await allowed()).toEqual([]);
  });

  test("a preview lists the groups that an adopted client loses", async () => {
    await client.create(program());
    runEngineAnew();
    const lines = await noticesOf(() => client.check({ ...closed(), adopt: "ifExists" }));
    expect(lines.join()).toContain(`allowedUserGroupIds ${JSON.stringify(groups)} -> []`);
  });
});

test("a group that another resource lets in while a shared client is updated keeps its place", async () => {
  const shared = (more: object) => program({ allowedUserGroupsMode: "include", ...more });
  const [first = "", second = ""] = groups;
  const configuration = anotherProcess(server);
  runEngineAnew(configuration);
  const joins = operate(allowedOidcClients, configuration);
  const entry = await client.create(shared({ allowedUserGroupIds: [first] }));
  await joins.create({ groupId: first, clientIds: [clientId] });
  await Promise.all([
    client.update(entry, shared({ name: "renamed", allowedUserGroupIds: [], allowNobody: true })),
    joins.create({ groupId: second, clientIds: [clientId] }),
  ]);
  expect(await allowed()).toEqual([second]);
});
