import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerHostInputs } from "./settings";

/** The options of a resource that say which provider it uses. */
type ProviderOpts = Pick<pulumi.CustomResourceOptions, "parent" | "provider">;

/** Docker's provider that a resource is given or inherits; undefined for the default one. */
export function dockerProviderOf({ provider, parent }: ProviderOpts): docker.Provider | undefined {
  return [provider, parent?.getProvider("docker:index/container:Container")].find((one) =>
    docker.Provider.isInstance(one),
  );
}

/**
 * Which Docker a resource is sent to: the one of its provider, given or inherited, or else of the stack's `docker:…` keys.
 * What neither names comes from the environment, where the handlers read it.
 */
export function dockerHostInputs(opts: ProviderOpts): DockerHostInputs {
  const provider = dockerProviderOf(opts);
  return provider === undefined ? stackDockerHost() : providerDockerHost(provider);
}

/** The stack's `docker:…` keys, which the default provider is configured with. */
export function stackDockerHost(): DockerHostInputs {
  const config = new pulumi.Config("docker");
  return given({
    host: config.get("host"),
    context: config.get("context"),
    certPath: config.get("certPath"),
    caMaterial: config.get("caMaterial"),
    certMaterial: config.get("certMaterial"),
    keyMaterial: config.getSecret("keyMaterial"),
    sshOpts: config.getObject<string[]>("sshOpts"),
  });
}

function providerDockerHost(provider: docker.Provider): DockerHostInputs {
  const { host, context, certPath, caMaterial, certMaterial, keyMaterial } = provider;
  // The class declares no such output, but every input of a resource becomes a property: here as JSON.
  const sshOpts = Reflect.get(provider, "sshOpts") as pulumi.Output<string | undefined>;
  return {
    host: optional(host),
    context: optional(context),
    certPath: optional(certPath),
    caMaterial: optional(caMaterial),
    certMaterial: optional(certMaterial),
    keyMaterial: pulumi.output(
      optional(keyMaterial).apply((key) => (key === undefined ? undefined : pulumi.secret(key))),
    ),
    sshOpts: optional(sshOpts).apply((json) =>
      json === undefined ? undefined : (JSON.parse(json) as string[]),
    ),
  };
}

/**
 * An input of a provider that may be left out. At preview the SDK calls that unknown, although its value is undefined; the
 * value of what is truly unknown isn't.
 */
function optional<T>(output: pulumi.Output<T | undefined>): pulumi.Output<T | undefined> {
  const value = output as unknown as { promise(withUnknowns: true): Promise<T | undefined> };
  const isThere = value.promise(true).then((known) => (known === undefined ? undefined : output));
  return pulumi.output(isThere) as pulumi.Output<T | undefined>;
}

/** State stays small, and without a difference, when what is not set is not there. */
function given(inputs: DockerHostInputs): DockerHostInputs {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}
