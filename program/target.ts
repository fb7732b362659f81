import type { OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import type { Key, StackConfiguration } from "./keys";
import { kubernetesArgs } from "./kubernetes";
import { swarmArgs } from "./swarm";

/** Makes the value of a key a secret if it was set as one. The type stays that of the plain value: arguments take both. */
export type Secretly = <T>(key: Key, value: T) => T;

/** The component's target for a stack's configuration. */
export function targetArgs(stack: StackConfiguration, secretly: Secretly): OcisWithPocketIdArgs["target"] {
  const { extraHosts, networks, networkAliases: aliases } = stack;
  const everywhere = {
    image: secretly("ocisImage", stack.ocisImage),
    caCertificate: secretly("caCertificate", stack.caCertificate),
    tls: stack.tls,
    extraHosts: secretly(
      "extraHosts",
      extraHosts && Object.entries(extraHosts).map(([host, ip]) => ({ host, ip })),
    ),
  };
  const inDocker = {
    ...everywhere,
    publish: stack.port === undefined ? undefined : { port: stack.port },
    limits: stack.limits,
    volumes: stack.volumes,
    adoptVolumes: stack.adoptVolumes,
    selinuxRelabel: stack.selinuxRelabel,
    networks: secretly(
      "networks",
      networks?.map((name) => ({ name, ...(aliases && { aliases }) })),
    ),
  };
  switch (stack.target) {
    case "bundle":
      return { type: "bundle", ...inDocker, directory: stack.bundleDirectory };
    case "swarm":
      return { type: "swarm", ...inDocker, ...swarmArgs(stack) };
    case "kubernetes":
      return { type: "kubernetes", ...everywhere, ...kubernetesArgs(stack) };
    default:
      return {
        type: "docker",
        ...inDocker,
        secrets: stack.ocisSecrets,
        allowEmptyVolumes: stack.allowEmptyVolumes,
        allowDowngrade: stack.allowDowngrade,
        requireBackupHours: stack.requireBackup,
        readiness: stack.readiness === false ? false : undefined,
      };
  }
}
