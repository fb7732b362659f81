import { type Verdict, waitWhile } from "@ocis-pocket-id/components/docker-host";
import {
  type Cluster,
  diagnosePod,
  OWNER_ANNOTATION,
  type Pod,
  RESTRICTED_CONTAINER,
  RESTRICTED_POD,
} from "@ocis-pocket-id/components/kubernetes";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { portable } from "../archive";
import { attributesIn, isVolume, type Place, READ_ATTRIBUTES, type Volumes, WRITE_ATTRIBUTES } from "../host";
import { kubernetesControls, pathOf, WAIT } from "./controls";
import type { Workload } from "./workloads";

const ROOT = "/volumes";
const CONTAINER = "files";
/** Whatever happens to this process and its watchdog, no pod stays for longer. */
const LIFETIME_SECONDS = 86_400;

/** The pods that give access to a stack's volumes: `namespace/name`. */
export const accessPods = (workloads: readonly Workload[]) => workloads.map(accessPod);
const accessPod = ({ namespace, statefulSet }: Workload) => `${namespace}/${statefulSet}-backup`;

/** A pod with volumes of one workload, on the node where they are. */
function manifestOf(workload: Workload, image: string, places: readonly Place[]): object {
  const { statefulSet, claims, placement } = workload;
  const { namespace, name } = pathOf(accessPod(workload));
  const mine = places.filter((place) => isVolume(place) && place.component === workload.service.component);
  const preferred = {
    weight: 100,
    podAffinityTerm: {
      topologyKey: "kubernetes.io/hostname",
      labelSelector: { matchLabels: { "app.kubernetes.io/instance": statefulSet } },
    },
  };
  return {
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: {
      ...{ name, namespace, annotations: { [OWNER_ANNOTATION]: claims.owner } },
      labels: { "app.kubernetes.io/name": "backup", "app.kubernetes.io/managed-by": "ocis-pocket-id" },
    },
    spec: {
      ...{ ...RESTRICTED_POD, ...placement },
      ...{
        restartPolicy: "Never",
        terminationGracePeriodSeconds: 0,
        activeDeadlineSeconds: LIFETIME_SECONDS,
      },
      affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [preferred] } },
      containers: [
        {
          ...{ name: CONTAINER, image, command: ["/bin/sh", "-c", `exec sleep ${LIFETIME_SECONDS}`] },
          resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "1", memory: "512Mi" } },
          ...RESTRICTED_CONTAINER,
          volumeMounts: [
            ...mine.map(({ name: place }) => ({ name: place, mountPath: `${ROOT}/${place}` })),
            { name: "tmp", mountPath: "/tmp" },
          ],
        },
      ],
      volumes: [
        ...mine.map(({ name: place, source }) => ({
          ...{ name: place, persistentVolumeClaim: { claimName: pathOf(source).name } },
        })),
        { name: "tmp", emptyDir: {} },
      ],
    },
  };
}

/**
 * Opens volumes through a pod of each workload, which runs nothing but what we ask for. Its image is oCIS's, which every node of it
 * has, and which has a shell and tar.
 *
 * @throws Error in one line if they are open already
 */
export async function openPods(
  cluster: Cluster,
  workloads: readonly Workload[],
  places: readonly Place[],
  signal: AbortSignal,
): Promise<Volumes & { clear(name: string): Promise<void> }> {
  const image =
    (workloads.find(({ claims }) => claims.claims.length > 1) ?? workloads[0])?.service.image ?? "";
  const used = workloads.filter(({ service }) =>
    places.some(({ component }) => component === service.component),
  );
  const opened: string[] = [];
  const close = async () => {
    // What can't be removed now is tried again.
    await kubernetesControls(cluster, opened).removeAccess();
    opened.length = 0;
  };
  try {
    for (const workload of used) {
      const { namespace, name } = pathOf(accessPod(workload));
      if (await cluster.create(manifestOf(workload, image, places))) opened.push(`${namespace}/${name}`);
      else {
        throw new Error(
          `pod '${name}' exists in namespace '${namespace}', so another backup or restore of this stack is running: wait until it ` +
            `ends; or, if it was killed, run \`kubectl delete pod ${name} --namespace=${namespace}\``,
        );
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  const ready = new Map<string, Promise<void>>();
  /** The pod with a place, as soon as it runs. */
  const podOf = async (name: string) => {
    const component = places.find((place) => place.name === name)?.component;
    const workload = used.find(({ service }) => service.component === component);
    if (workload === undefined) throw new Error(`the stack has no volume '${name}'`);
    const pod = pathOf(accessPod(workload));
    const running = ready.get(pod.name) ?? untilRunning(cluster, pod, signal);
    ready.set(pod.name, running);
    await running;
    return pod;
  };
  const read = async (name: string, script: string, ...args: string[]) => {
    const pod = await podOf(name);
    return cluster.output(pod.namespace, `${pod.name}/${CONTAINER}`, shell(script, name, ...args), signal);
  };
  const write = async (name: string, script: string, archive: Readable, ...args: string[]) => {
    const pod = await podOf(name);
    await cluster.input(
      pod.namespace,
      `${pod.name}/${CONTAINER}`,
      shell(script, name, ...args),
      archive,
      signal,
    );
  };
  return {
    close,
    read(name) {
      const volume = attributesIn(places, name)?.volume;
      if (volume === undefined) return read(name, ARCHIVE);
      return read(volume, `${WRITE_ATTRIBUTES} && exec tar -cf - -C /tmp "\${1##*/}"`, `/tmp/${name}`);
    },
    clear: async (name) => {
      await text(await read(name, 'find "$0" -mindepth 1 -maxdepth 1 ! -name lost+found -exec rm -rf {} +'));
    },
    async write(name, archive) {
      const volume = attributesIn(places, name)?.volume;
      if (volume !== undefined) {
        await write(volume, `tar -xf - -C /tmp && ${READ_ATTRIBUTES}`, archive, `/tmp/${name}`);
        return;
      }
      let entries = 0;
      const counted = portable(
        ({ name: path }) => (entries += /^[^/]+\/(?!lost\+found(\/|$))/.test(path) ? 1 : 0),
      );
      await write(name, "exec tar -xf -", Readable.from(counted(archive), { objectMode: false }));
      // An archive that was cut off between two files looks complete to tar.
      const found = Number(await text(await read(name, COUNT)));
      if (found !== entries)
        throw new Error(`${name} has ${found} of ${entries} entries after it was filled`);
    },
  };
}

/** Archives a folder without a file system's own one, which isn't ours to read. Not every tar can leave something out. */
const ARCHIVE = [
  'for one in "$0"/* "$0"/.[!.]* "$0"/..?*; do',
  '[ "$one" = "$0/lost+found" ] || { [ ! -e "$one" ] && [ ! -L "$one" ]; } || set -- "$@" "$one"; done;',
  '[ $# -gt 0 ] || exec head -c 1024 /dev/zero; exec tar -cf - "$@"',
].join(" ");
const COUNT = 'find "$0" -mindepth 1 -path "$0/lost+found" -prune -o -print0 | tr -dc "\\0" | wc -c';

/** A script whose `$0` is a folder of the root. */
const shell = (script: string, ...args: string[]) => ["/bin/sh", "-c", `cd ${ROOT} && ${script}`, ...args];

function untilRunning(
  cluster: Cluster,
  { namespace, name }: { namespace: string; name: string },
  signal: AbortSignal,
): Promise<void> {
  const look = async () => {
    signal.throwIfAborted();
    return { verdict: whyNotRunning(await cluster.find<Pod>("pod", name, namespace)) };
  };
  return waitWhile(look, {
    ...WAIT,
    progress: (reason, seconds) => `waiting for the pod that reads the volumes (${seconds} s): ${reason}`,
    failure: ({ reason }) =>
      `pod '${name}' in namespace '${namespace}', which reads the volumes, doesn't run: ${reason}`,
  });
}

function whyNotRunning(pod: Pod | undefined): Verdict | undefined {
  if (pod === undefined) return { reason: "it is gone", hopeless: true };
  const { phase = "no reason given" } = pod.status;
  if (phase === "Running") return undefined;
  return diagnosePod(pod) ?? { reason: phase, hopeless: /Failed|Succeeded/.test(phase) };
}
