import { OcisWithPocketId, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import { PocketIdProvider } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { type Emulator, startEmulator } from "../../emulator";

/**
 * The children of the component and their exact inputs, with mocks in the engine's place. That they make what they say, and
 * that the engine keeps it so, is shown in tests/engine.
 */
interface Child {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

export let pocketId: Emulator;
/** What the last component has made. */
export const children: Child[] = [];

beforeAll(async () => {
  pocketId = await startEmulator({ issuer: "https://pocket-id.company.com" });
});
afterAll(() => pocketId.close());
beforeEach(async () => {
  children.length = 0;
  const mocks: pulumi.runtime.Mocks = {
    newResource({ type, name, inputs }) {
      const { __provider, ...rest } = inputs as Record<string, unknown>;
      if (__provider !== undefined) children.push({ type: type.replace(/^.*:/, ""), name, inputs: rest });
      // As `check` does it: a default ID is the ID of a new client.
      const clientId = rest["clientId"] ?? rest["defaultClientId"] ?? "made-by-pocket-id";
      return { id: `id-of-${name}`, state: { ...rest, clientId } };
    },
    call: () => ({}),
  };
  await pulumi.runtime.setMocks(mocks, "project", "stack", false);
});

export const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

export async function component(args: OcisWithPocketIdArgs): Promise<OcisWithPocketId> {
  const provider = new PocketIdProvider("company", { url: pocketId.url, apiKey: pocketId.apiKey });
  const ocis = new OcisWithPocketId(
    "ocis",
    { target: { type: "bundle" }, ...args },
    { providers: [provider] },
  );
  await valueOf(pulumi.all([ocis.environment, ocis.groupIds, ocis.nativeClientIds, ocis.deployment]));
  return ocis;
}

/** Inputs of the children of a type, by logical name. */
export const inputsOf = (type: string) =>
  Object.fromEntries(
    children.filter((child) => child.type === type).map(({ name, inputs }) => [name, inputs]),
  );
