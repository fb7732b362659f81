import { handlerOf, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { ask } from "../docker-host/readiness/ask";
import { diagnose, type Verdict } from "../docker-host/readiness/diagnosis";
import { type Look, untilLoginsWork } from "../docker-host/readiness/handler";
import { watchServices } from "../docker-host/readiness/services";
import { timeLimit } from "../docker-host/waiting";
import { PRODUCT_KEYS, productOf } from "../settings/products";
import { type Cluster, openCluster, type OpenCluster, type Pod, type StatefulSet } from "./cluster";
import { diagnosePod, newestOf, whyNone } from "./pods";
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
  async create(inputs, open) {
    await untilReady(inputs, open(inputs.cluster));
    return { id: `${inputs.namespace}/${inputs.name}`, outputs: inputs };
  },
  async update(_id, _olds, news, open) {
    await untilReady(news, open(news.cluster));
    return news;
  },
  // What was true at the last `up`.
  read: (_id, olds) => Promise.resolve(olds),
  delete: () => Promise.resolve(),
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
  const none = (verdict: Verdict | undefined): Look => ({ verdict, log: [], where });
  const found = await cluster.find<StatefulSet>("statefulset", name, namespace);
  if (found === undefined) {
    const reason = `StatefulSet '${name}' is gone: run \`pulumi up --refresh\` to recreate it`;
    return none({ reason, hopeless: true });
  }
  const pods = await cluster.list<Pod>("pods", namespace, `--selector=app.kubernetes.io/instance=${name}`);
  const pod = newestOf(found, pods);
  if (pod === undefined) return none(await whyNone(cluster, namespace, name, pods.length > 0));
  const podName = pod.metadata.name;
  const [container] = pod.status.containerStatuses ?? [];
  const restarts = container?.restartCount ?? 0;
  const isRunning = container?.state?.running !== undefined;
  const log =
    container === undefined
      ? []
      : await cluster.log(namespace, podName, LOG_LINES, !isRunning && restarts > 0);
  const waiting = diagnosePod(pod);
  if (waiting !== undefined) return { verdict: waiting, log, where };
  const ended = container?.state?.terminated ?? container?.lastState?.terminated;
  const variable = `${productOf(product).prefix}_OIDC_ISSUER`;
  const told = found.spec.template.spec.containers[0]?.env?.find((one) => one.name === variable)?.value;
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
