import {
  type Cluster,
  KubectlError,
  type KubernetesObject,
  type StatefulSet,
} from "@ocis-pocket-id/components/kubernetes";
import { waitWhile } from "@ocis-pocket-id/components/docker-host";
import { setTimeout as sleep } from "node:timers/promises";
import { reasonOf } from "../../engine/programs";
import type { Controls } from "../host";

const INTERVAL_MS = 500;
/** oCIS gets half a minute to stop, a volume must be attached elsewhere, and a node may be slow. */
export const WAIT = { timeoutSeconds: 300, pauseMs: INTERVAL_MS } as const;
/** An API server that is being upgraded comes back, and a second Ctrl-C ends the `kubectl` that runs. */
const AWAY_MS = 600_000;

/** The parts of a path like `namespace/name`. */
export function pathOf(path: string): { namespace: string; name: string } {
  const [namespace = "", name = ""] = path.split("/");
  return { namespace, name };
}

/** StatefulSets of a cluster. @param pods the pods with the volumes */
export const kubernetesControls = (cluster: Cluster, pods: readonly string[]): Controls => ({
  async isRunning(statefulSet) {
    const { namespace, name } = pathOf(statefulSet);
    const found = await cluster.find<StatefulSet>("statefulset", name, namespace);
    return found !== undefined && found.spec.replicas !== 0;
  },

  async stop(statefulSet) {
    const { namespace, name } = pathOf(statefulSet);
    await cluster.scale(namespace, name, 0);
    const selector = `--selector=app.kubernetes.io/instance=${name}`;
    const reason = `the pod of StatefulSet '${name}' in namespace '${namespace}' doesn't stop: look at its node`;
    const look = async () => {
      const pods = await cluster.list<KubernetesObject>("pods", namespace, selector);
      return { verdict: pods.length === 0 ? undefined : { reason, hopeless: false } };
    };
    await waitWhile(look, {
      ...WAIT,
      progress: (_reason, seconds) => `waiting for ${statefulSet} to stop (${seconds} s)`,
      failure: () => reason,
    });
  },

  async start(statefulSet) {
    const { namespace, name } = pathOf(statefulSet);
    const end = Date.now() + AWAY_MS;
    for (;;) {
      try {
        await cluster.scale(namespace, name, 1);
        return;
      } catch (error) {
        if (Date.now() > end || (error instanceof KubectlError && error.isFinal)) throw error;
      }
      await sleep(INTERVAL_MS);
    }
  },

  startCommand(statefulSet) {
    const { namespace, name } = pathOf(statefulSet);
    return `kubectl scale statefulset/${name} --replicas=1 --namespace=${namespace}`;
  },

  async removeAccess() {
    for (const pod of pods) {
      const { namespace, name } = pathOf(pod);
      await cluster.remove("pod", name, namespace).catch((error: unknown) => {
        throw new Error(
          `pod '${name}' can't be removed (${reasonOf(error)}): run \`kubectl delete pod ${name} --namespace=${namespace}\``,
          { cause: error },
        );
      });
    }
  },
});
