import type { DockerHostSettings } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource } from "./snapshot";

/** The configuration of the resource's provider. */
export function dockerHostOf({ provider }: SnapshotResource): DockerHostSettings {
  const { host, context, certPath, caMaterial, certMaterial, keyMaterial, sshOpts } = provider;
  const texts = { host, context, certPath, caMaterial, certMaterial, keyMaterial };
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...(sshOpts === undefined ? {} : { sshOpts: JSON.parse(sshOpts) as string[] }),
  };
}

/** Variables by name, from lines such as `NAME=value`. */
export function variablesIn(variables: readonly string[]): Map<string, string> {
  return new Map(
    variables.map((variable) => {
      const [name = ""] = variable.split("=", 1);
      return [name, variable.slice(name.length + 1)];
    }),
  );
}
