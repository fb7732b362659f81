import { ProgramError } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { DockerHostSettings } from "./host";
import { dockerSdk } from "./sdk";

/** Docker's settings as a program gives them. */
export type DockerHostInputs = {
  [K in keyof DockerHostSettings]?: pulumi.Input<DockerHostSettings[K] | undefined> | undefined;
};

const TEXTS = ["host", "context", "certPath", "caMaterial", "certMaterial"] as const;

/**
 * Which Docker a resource is sent to: the one at this address, or of its provider, given or inherited, or else of the stack's
 * `docker:…` keys. What none of them names comes from the environment, where the handlers read it.
 */
export function dockerHostInputs(
  { provider: own, parent }: pulumi.CustomResourceOptions,
  address: pulumi.Input<string> | undefined,
): DockerHostInputs {
  const { Provider } = dockerSdk();
  const inherited = parent?.getProvider("docker:index/container:Container");
  const provider = [own, inherited].find((one) => Provider.isInstance(one));
  if (provider === undefined) {
    return address === undefined
      ? stackDockerHost()
      : { ...stackDockerHost(), context: undefined, host: address };
  }
  if (address !== undefined) {
    throw new ProgramError(
      "dockerHost and the docker.Provider in the component's options both name a Docker host: remove one of them",
    );
  }
  // Not every input is declared as an output of the class, but each becomes one: `sshOpts` as JSON.
  const input = (key: keyof DockerHostSettings) =>
    optional(Reflect.get(provider, key) as pulumi.Output<string | undefined>);
  return {
    ...Object.fromEntries(TEXTS.map((key) => [key, input(key)])),
    keyMaterial: pulumi.output(
      input("keyMaterial").apply((key) => (key === undefined ? undefined : pulumi.secret(key))),
    ),
    sshOpts: input("sshOpts").apply((json) =>
      json === undefined ? undefined : (JSON.parse(json) as string[]),
    ),
  };
}

/** The stack's `docker:…` keys, which the default provider is configured with. */
export function stackDockerHost(): DockerHostInputs {
  const config = new pulumi.Config("docker");
  const inputs: DockerHostInputs = {
    ...Object.fromEntries(TEXTS.map((key) => [key, config.get(key)])),
    keyMaterial: config.getSecret("keyMaterial"),
    sshOpts: config.getObject<string[]>("sshOpts"),
  };
  // State stays small, and without a difference, when what is not set is not there.
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
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
