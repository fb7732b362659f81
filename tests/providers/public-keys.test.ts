import { oidcClient } from "@ocis-pocket-id/providers/handlers";
import { type ClientServer, clientServer } from "../support/client-server";
import { anotherProcess, operate } from "../support/operate";

const issuer = "https://ci.company.test";
const key = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", kid: "one" };
const program = (identity: object) => ({
  name: "wiki",
  clientId: "wiki",
  restricted: false,
  federatedIdentities: [{ issuer, ...identity }],
});

let server: ClientServer;
const engine = () => operate(oidcClient, anotherProcess({ url: server.url, apiKey: "key" }));
const live = () => server.clients.get("wiki")?.["credentials"];
afterEach(() => server.close());

test("public keys are managed when they are given, and left alone when not", async () => {
  server = await clientServer("2.15.0");
  const entry = await engine().create(program({ publicKeys: [key] }));
  expect(live()).toEqual({ federatedIdentities: [{ issuer, publicKeys: [key] }] });
  expect(await engine().diff(entry, program({ publicKeys: [key] }))).toMatchObject({ changes: false });

  // A member that Pocket ID adds makes no difference, and is kept.
  const stored = { federatedIdentities: [{ issuer, publicKeys: [{ ...key, alg: "EdDSA" }] }] };
  server.clients.set("wiki", { ...server.clients.get("wiki"), credentials: stored });
  expect((await engine().refresh(entry))?.inputs).toEqual(entry.inputs);
  const renamed = await engine().update(entry, { ...program({ publicKeys: [key] }), name: "renamed" });
  expect(live()).toEqual(stored);

  const another = { ...key, kid: "two" };
  const replaced = { federatedIdentities: [{ issuer, publicKeys: [another] }] };
  server.clients.set("wiki", { ...server.clients.get("wiki"), credentials: replaced });
  const seen = await engine().refresh(renamed);
  expect(seen?.inputs["federatedIdentities"]).toEqual([{ issuer, publicKeys: [another] }]);
  const without = await engine().update(renamed, program({}));
  expect(live()).toEqual(replaced);
  expect((await engine().refresh(without))?.inputs).toEqual(without.inputs);
});

test("a server that lacks them is named at preview, and a private key is refused without showing it", async () => {
  server = await clientServer("2.14.0");
  expect((await engine().check(program({ publicKeys: [key] }))).failures).toEqual([
    {
      property: "federatedIdentities",
      reason:
        "publicKeys needs Pocket ID 2.15 or later, and this one is 2.14.0: leave it out, or upgrade Pocket ID",
    },
  ]);
  expect((await engine().check(program({ publicKeys: [{ ...key, d: "private" }] }))).failures).toEqual([
    {
      property: "federatedIdentities.0.publicKeys.0",
      reason: "has 'd', which only a private key has: give only the public key",
    },
  ]);
});
