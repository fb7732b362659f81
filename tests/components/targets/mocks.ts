import * as pulumi from "@pulumi/pulumi";

/** A resource that a program registered. */
export interface Registered {
  name: string;
  type: string;
  inputs: Record<string, unknown>;
  /** URN and ID of its provider. */
  provider: string | undefined;
}

/** Everything that the last {@link run} registered. */
export const registered: Registered[] = [];

/** What only Docker or a handler would know. */
const COMPUTED = {
  imageId: "sha256:1",
  repoDigest: "sha256:digest",
  nodeId: "this-node",
  networkIds: ["proxy-id", "other-id"],
  value: "the-secret",
  ipamConfigs: [{ subnet: "172.18.0.0/16" }],
  certificate: "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
};

/** The engine's part, played: outputs are the inputs, and {@link COMPUTED}. */
export async function mockEngine(): Promise<void> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, type, inputs, provider }) => {
        const given = inputs as Record<string, unknown>;
        registered.push({ name, type: type.split(":").at(-1) ?? type, inputs: given, provider });
        // As the preflight of a new stack finds it.
        const { ocisSecrets: secretsIn } = given;
        return { id: `${name}-id`, state: { ...given, ...COMPUTED, ...(secretsIn ? { secretsIn } : {}) } };
      },
      call: () => ({}),
    },
    "shop",
    "prod",
  );
}

/** Runs a program, waits for its resources, and gives their inputs by logical name. */
export async function run<T>(
  program: () => T | Promise<T>,
): Promise<{ result: T; inputs: Record<string, Record<string, unknown>> }> {
  registered.length = 0;
  const result = await program();
  // Resources register one after the other, as the outputs come in that they wait for.
  await pulumi.runtime.disconnect(false);
  return { result, inputs: Object.fromEntries(registered.map(({ name, inputs }) => [name, inputs])) };
}

/** The value of an output. */
export function valueOf<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  return new Promise((resolve) => {
    pulumi.output(output).apply(resolve);
  });
}
