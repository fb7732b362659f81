import { handlerOf, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { ask } from "../docker-host/readiness/ask";
import { diagnose } from "../docker-host/readiness/diagnosis";
import { type Look, untilLoginsWork } from "../docker-host/readiness/handler";
import { watchServices } from "../docker-host/readiness/services";
import { timeLimit, waiting } from "../docker-host/waiting";
import { PRODUCT_KEYS, productOf } from "../settings/products";
import { type Cluster, openCluster, type OpenCluster } from "./cluster";
import { containerOf, diagnosePod, findPod } from "./pods";
import { clusterSettings } from "./settings";

const text = z.string({ error: "must be text" }).min(1, "must not be empty");

const schema = z.object({
  cluster: clusterSettings,
  product: z.enum(PRODUCT_KEYS).optional(),
  namespace: text,
  /** Of the StatefulSet. */
  name: text,
  issuer: text,
  tls: z.boolean({ error: "must be true or false" }).default(false),
  // Half a minute to stop, a volume to attach, an image to pull.
  timeoutSeconds: timeLimit(300),
  triggers: z.record(z.string(), text).default({}),
});

type Inputs = z.output<typeof schema>;

const rules: ResourceRules<Inputs, Inputs, OpenCluster> = {
  inputs: schema,
  notCompared: ["timeoutSeconds"],
  ...waiting(
    (inputs, open) => untilReady(inputs, open(inputs.cluster)),
    ({ namespace, name }) => `${namespace}/${name}`,
  ),
};

/** The handler of `KubernetesReady`. */
export const kubernetesReady = handlerOf(rules, openCluster);

const LOG_LINES = 40;

function untilReady(inputs: Inputs, cluster: Cluster): Promise<void> {
  const { namespace, product } = inputs;
  const runner = { run: (pod: string, command: string[]) => cluster.run(namespace, pod, command) };
  const starting = watchServices(runner, productOf(product));
  return untilLoginsWork(inputs, () => look(inputs, cluster, runner, starting));
}

async function look(
  { product, namespace, name, issuer, tls }: Inputs,
  cluster: Cluster,
  runner: Parameters<typeof ask>[0],
  starting: ReturnType<typeof watchServices>,
): Promise<Look> {
  const where = `StatefulSet '${name}' in namespace '${namespace}'`;
  const found = await findPod(cluster, namespace, name);
  if ("verdict" in found) return { verdict: found.verdict, log: [], where };
  const { set, pod } = found;
  const podName = pod.metadata.name;
  const { container, restarts, isRunning, log } = await containerOf(cluster, namespace, pod, LOG_LINES);
  const unable = diagnosePod(pod);
  if (unable !== undefined) return { verdict: unable, log, where };
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  const variable = `${productOf(product).prefix}_OIDC_ISSUER`;
  const told = set.spec.template.spec.containers[0]?.env?.find((one) => one.name === variable)?.value;
  const seen = {
    status: isRunning ? "running" : "exited",
    exitCode: ended?.exitCode ?? 0,
    restarts,
    outOfMemory: ended?.reason === "OOMKilled",
    ...{ told, selinux: false, log },
    answer: isRunning ? await ask(runner, podName, tls) : undefined,
  };
  const verdict =
    diagnose(seen, { container: name, issuer, tls }) ??
    (await starting(podName)) ??
    (container?.ready === true
      ? undefined
      : { reason: "its readiness probe hasn't passed yet", hopeless: false });
  return { verdict, log, where };
}
