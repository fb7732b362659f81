import { DEFAULT_POCKET_ID_IMAGE, productOf } from "@ocis-pocket-id/components";
import { plainName } from "@ocis-pocket-id/components/docker-host";
import { claimsIn, DEFAULT_SIZES, type NamedBy, namesOf } from "@ocis-pocket-id/components/kubernetes";
import { kubernetesArgs } from "../../../program/kubernetes";
import { KEYS, type StackConfiguration } from "../../../program/keys";
import { pocketIdOnKubernetes } from "../../../program/managed-kubernetes";
import { type Workload, workload, type WorkloadFacts } from "./workloads";

/**
 * What the program of this package will make in Kubernetes, before the first `up` there: a restore fills its claims first. Undefined
 * for a stack with another target.
 *
 * @param config the stack's file. What is encrypted in it isn't needed
 */
export function plannedWorkloads(
  project: string,
  stackName: string,
  config: Readonly<Record<string, unknown>>,
): Workload[] | undefined {
  const stack = configurationIn(project, config);
  if (stack.target !== "kubernetes") return undefined;
  const product = productOf(stack.product);
  const { nodeSelector, imagePullSecrets } = stack.kubernetes ?? {};
  const placement = {
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(imagePullSecrets === undefined
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
  };
  const of = (app: WorkloadFacts["app"], component: string, image: string, its: Its, hasDatabase = false) => {
    const names = namesOf(plainName(`${project}-${stackName}-${component}`), app, its);
    const { config: configSize, data: dataSize } = {
      ...DEFAULT_SIZES[app === "pocket-id" ? app : "ocis"],
      ...its.storage,
    };
    const claims = claimsIn({
      ...{
        owner: `${project}/${stackName}/${component}`,
        namespace: names.namespace,
        dataVolume: names.data,
        dataSize,
      },
      ...(app === "pocket-id" ? {} : { configVolume: names.config, configSize }),
      ...{ createNamespace: its.createNamespace ?? true, storageClass: its.storage?.className },
      ...{ adoptVolumes: stack.adoptVolumes ?? false, allowEmptyVolumes: true },
    });
    return workload({ app, component, image, claims, placement, hasDatabase, statefulSet: names.base });
  };
  const runs = of(product.key, product.key, stack.ocisImage ?? product.image, kubernetesArgs(stack));
  if (stack.pocketId !== "managed") return [runs];
  const pocketId = pocketIdOnKubernetes(stack);
  const image = stack.pocketIdImage ?? DEFAULT_POCKET_ID_IMAGE;
  const hasDatabase = `${project}:pocketIdDatabase` in config;
  return [of("pocket-id", "pocket-id", image, pocketId, hasDatabase), runs];
}

/** What decides about names and sizes. */
interface Its extends NamedBy {
  storage?:
    { className?: string | undefined; data?: string | undefined; config?: string | undefined } | undefined;
}

/** The values in clear that have the right form. */
function configurationIn(project: string, config: Readonly<Record<string, unknown>>): StackConfiguration {
  const values = Object.entries(KEYS).flatMap(([key, schema]) => {
    const value = config[`${project}:${key}`];
    if (value === undefined) return [];
    const { success, data } = schema.safeParse(typeof value === "string" ? value : JSON.stringify(value));
    return success ? [[key, data]] : [];
  });
  return Object.fromEntries(values) as StackConfiguration;
}
