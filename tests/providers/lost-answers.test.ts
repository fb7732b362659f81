import { oidcClient, userGroup } from "@ocis-pocket-id/providers/handlers";
import { type Fault, type FaultProxy, faultProxy } from "../../emulator/fault-proxy";
import { anotherProcess, operate } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

/** The answer to a POST is cut after Pocket ID has acted: what was made is found, and nothing is made twice. */
let server: PocketIdUnderTest;
let proxy: FaultProxy;

beforeAll(async () => {
  server = await pocketIdUnderTest();
  proxy = await faultProxy(server.url);
});
afterAll(async () => {
  await proxy.close();
  await server.close();
});

const configuration = () => anotherProcess({ url: proxy.url, apiKey: server.apiKey });

/** Loses the answer to the first POST, however many reads come before it. */
async function losingTheAnswer<T>(
  run: () => Promise<T>,
  undo: (made: T) => Promise<unknown>,
  fault: Fault = "lost after",
): Promise<T> {
  await proxy.plan(undefined);
  const undisturbed = await run();
  const number = proxy.requests.findIndex((request) => request.startsWith("POST")) + 1;
  await undo(undisturbed);
  await proxy.plan({ number, fault });
  return run();
}

test.each<Fault>(["lost after", "replaced"])(
  "a group whose answer to the POST was %s is ours, once",
  async (fault) => {
    const name = uniqueName("group");
    const run = () => operate(userGroup, configuration()).create({ name, friendlyName: "Team" });
    const entry = await losingTheAnswer(
      run,
      ({ id }) => server.call("DELETE", `/api/user-groups/${id}`),
      fault,
    );
    expect(entry.outputs).toMatchObject({ name, adopted: false });
    const { body } = await server.call<{ data: unknown[] }>("GET", `/api/user-groups?search=${name}`);
    expect(body.data).toHaveLength(1);
    await server.call("DELETE", `/api/user-groups/${entry.id}`);
  },
);

test.each(["chosen", "made by Pocket ID"])("a client whose ID is %s is ours, once", async (kind) => {
  const name = uniqueName("client");
  const clientId = kind === "chosen" ? name : undefined;
  const program = {
    name,
    clientId,
    callbackUrls: ["https://a.example/cb"],
    restricted: false,
    isPublic: true,
  };
  const run = () => operate(oidcClient, configuration()).create(program);
  const entry = await losingTheAnswer(run, ({ id }) => server.call("DELETE", `/api/oidc/clients/${id}`));
  expect(entry.outputs).toMatchObject({ name, adopted: false });
  const { body } = await server.call<{ data: unknown[] }>("GET", `/api/oidc/clients?search=${name}`);
  expect(body.data).toHaveLength(1);
  await server.call("DELETE", `/api/oidc/clients/${entry.id}`);
});
