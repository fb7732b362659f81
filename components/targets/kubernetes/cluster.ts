import { ProgramError } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { kubernetesSdk } from "../../kubernetes/sdk";
import type { ClusterSettings } from "../../kubernetes/settings";
import { defined } from "../../inputs";
import type { KubernetesTargetArgs } from "./arguments";

/** Which cluster, as a program gives it. */
export type ClusterInputs = { [K in keyof ClusterSettings]?: pulumi.Input<string | undefined> };

const SETTINGS = ["kubeconfig", "context"] as const;

/**
 * The cluster that a resource is sent to: the one of the arguments, or of its provider, given or inherited, or else of the stack's
 * `kubernetes:…` keys. What none of them names, `kubectl` finds as the provider does.
 */
export function clusterInputs(
  { kubeconfig, context }: Pick<KubernetesTargetArgs, "kubeconfig" | "context">,
  { provider: own, parent }: pulumi.CustomResourceOptions,
): ClusterInputs {
  const { Provider } = kubernetesSdk();
  const inherited = parent?.getProvider("kubernetes:core/v1:Namespace");
  const provider = [own, inherited].find((one) => Provider.isInstance(one));
  const given = defined({ kubeconfig, context });
  const isGiven = Object.keys(given).length > 0;
  if (provider === undefined) return isGiven ? given : ofStack();
  if (isGiven) {
    throw new ProgramError(
      "kubeconfig or context and the kubernetes.Provider in the component's options both name a cluster: remove one of them",
    );
  }
  // Each input of a provider becomes an output of it, although the class declares none.
  return defined(
    Object.fromEntries(SETTINGS.map((key) => [key, Reflect.get(provider, key)])) as ClusterInputs,
  );
}

/** The stack's `kubernetes:…` keys, which the default provider is configured with. */
function ofStack(): ClusterInputs {
  const config = new pulumi.Config("kubernetes");
  return defined({ kubeconfig: config.getSecret("kubeconfig"), context: config.get("context") });
}
