import { Bench } from "./bench";

interface Secret {
  id?: string;
  secret?: string;
}

describe("client secrets", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.end());

  const make = (id: string): ReturnType<typeof bench.call<Secret>> =>
    bench.call<Secret>("POST", `/api/oidc/clients/${id}/${bench.expected.secret.path}`, {});

  test("are made by the server, another one each time", async () => {
    const client = await bench.client();
    const [first, second] = [await make(client.id), await make(client.id)];
    expect(first.status).toBe(bench.expected.secret.status);
    expect(first.body.secret).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(first.body.id !== undefined).toBe(bench.expected.secret.named);
    expect(second.body.secret).not.toBe(first.body.secret);
  });

  test("are in no other answer", async () => {
    const client = await bench.client();
    const value = (await make(client.id)).body.secret ?? "";
    for (const path of [`/api/oidc/clients/${client.id}`, `/api/oidc/clients/${client.id}/meta`]) {
      expect(JSON.stringify(await bench.ok("GET", path))).not.toContain(value);
    }
  });

  test("need a client", async () => {
    expect((await make("no-such-client")).status).toBe(404);
  });

  test("are made by one path in each version; the other is unknown", async () => {
    const client = await bench.client();
    const path = `/api/oidc/clients/${client.id}/${bench.expected.otherSecretPath}`;
    expect(await bench.call("POST", path, {})).toMatchObject({
      status: 404,
      body: { error: "API endpoint not found" },
    });
  });
});
