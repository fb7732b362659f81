import {
  AllowedOidcClients,
  CustomClaims,
  OidcClient,
  PocketIdProvider,
  UserGroup,
  UserGroupMembers,
} from "@ocis-pocket-id/providers";
import * as handlers from "@ocis-pocket-id/providers/handlers";
import * as pulumi from "@pulumi/pulumi";
import { HANDLERS, handlerText as textOf } from "../../providers/core/resource";

const handlerText = (handler: string) => textOf(HANDLERS, handler);

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  provider?: string;
}

let registered: Registered[];
beforeEach(async () => {
  registered = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource({ type, name, inputs, provider }) {
      registered.push({
        type,
        name,
        inputs: inputs as Record<string, unknown>,
        ...(provider === undefined ? {} : { provider }),
      });
      return { id: `${name}-id`, state: inputs as Record<string, unknown> };
    },
    call: () => ({}),
  };
  await pulumi.runtime.setMocks(mocks, "project", "stack", false);
});

const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

test("the text in users' state is pinned, and small", () => {
  expect(handlerText("userGroup")).toBe(
    'exports.handler = () => require("@ocis-pocket-id/providers/handlers").userGroup;',
  );
  for (const name of Object.keys(handlers)) {
    expect(Buffer.byteLength(handlerText(name))).toBeLessThanOrEqual(120);
  }
});

test("each handler is exported under the name that its resource writes into state", async () => {
  const group = new UserGroup("g", { name: "team" });
  const claims = new CustomClaims("c", { groupId: group.id, claims: [] });
  const members = new UserGroupMembers("m", { groupId: group.id, members: [] });
  const client = new OidcClient("o", { name: "app" });
  const allowed = new AllowedOidcClients("a", { groupId: group.id, clientIds: [] });
  await Promise.all([group, claims, members, client, allowed].map((resource) => valueOf(resource.urn)));
  const pairs = registered.map(({ type, inputs }) => [type, inputs["__provider"]]);
  expect(pairs).toEqual(
    expect.arrayContaining([
      ["pulumi-nodejs:dynamic/pocketid:UserGroup", handlerText("userGroup")],
      ["pulumi-nodejs:dynamic/pocketid:CustomClaims", handlerText("customClaims")],
      ["pulumi-nodejs:dynamic/pocketid:UserGroupMembers", handlerText("userGroupMembers")],
      ["pulumi-nodejs:dynamic/pocketid:OidcClient", handlerText("oidcClient")],
      ["pulumi-nodejs:dynamic/pocketid:AllowedOidcClients", handlerText("allowedOidcClients")],
    ]),
  );
  expect(Object.keys(handlers)).toEqual(
    expect.arrayContaining([
      "userGroup",
      "customClaims",
      "userGroupMembers",
      "oidcClient",
      "allowedOidcClients",
    ]),
  );
});

test("outputs can be read in programs", async () => {
  const group = new UserGroup("g", { name: "team" });
  expect(await valueOf(group.friendlyName)).toBe("team");
  expect(await valueOf(group.id)).toBe("g-id");
});

test("an explicit provider keeps its key a secret", async () => {
  const provider = new PocketIdProvider("company", { url: "https://pocket-id.company.com", apiKey: "key" });
  await valueOf(provider.urn);
  const inputs = registered.find(({ type }) => type === "pulumi:providers:pulumi-nodejs")?.inputs;
  expect(inputs?.["pocketid:url"]).toBe("https://pocket-id.company.com");
  // A secret reaches mocks in the engine's envelope: the signature, and the value within.
  expect(inputs?.["pocketid:apiKey"]).toMatchObject({ value: "key" });
});
