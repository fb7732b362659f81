import { ProgramError } from "@ocis-pocket-id/providers";
import { dnsLabel, objectName, sharedName } from "../../kubernetes/names";
import { dockerName } from "../container";
import type { KubernetesTargetArgs } from "./arguments";

/** Names of the objects of a component: in a namespace of its own they are short, in one that others use they tell whose they are. */
export function objectNames(
  component: string,
  key: string,
  args: Pick<KubernetesTargetArgs, "namespace" | "createNamespace" | "volumes">,
) {
  const { namespace = dnsLabel(dockerName(component)), createNamespace = true } = args;
  const base = createNamespace ? key : sharedName(dockerName(component));
  return {
    namespace,
    base,
    ...claimNames(base, args.volumes),
    files: `${base}-files`,
    secrets: `${base}-secrets`,
    tls: `${base}-tls`,
  };
}

/** @throws ProgramError for what can't be the name of a claim, such as the path of a folder */
function claimNames(base: string, volumes: KubernetesTargetArgs["volumes"]) {
  const { config = `${base}-config`, data = `${base}-data` } = volumes ?? {};
  for (const [kind, name] of Object.entries({ config, data })) {
    if (objectName.test(name)) continue;
    throw new ProgramError(
      `volumes.${kind} is '${name}', but must be the name of a claim: lowercase letters, digits, hyphens and dots`,
    );
  }
  if (config !== data) return { config, data };
  throw new ProgramError(`volumes.config and volumes.data are both '${data}': use two claims`);
}
