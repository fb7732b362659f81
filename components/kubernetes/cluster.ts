import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { CommandResult } from "../docker-host/docker";
import { kubectl, KubectlError, kubectlStream, reasonOf, type Result, withForward } from "./kubectl";
import type { ClusterSettings } from "./settings";

/** What of an object's metadata we look at. */
export interface Metadata {
  name: string;
  uid: string;
  /** Set once it was deleted; it goes when nothing uses it any more. */
  deletionTimestamp?: string;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  generation?: number;
}

/** An object of Kubernetes. */
export interface KubernetesObject {
  kind?: string;
  metadata: Metadata;
}

/** The part of a StatefulSet that tells how far an update is. */
export interface StatefulSet extends KubernetesObject {
  spec: {
    replicas?: number;
    template: { spec: { containers: { image: string; env?: { name: string; value?: string }[] }[] } };
  };
  status?: { observedGeneration?: number; updateRevision?: string };
}

/** What a container is doing, or did before. */
export interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: object;
  terminated?: { reason?: string; exitCode?: number; message?: string };
}

/** The part of a pod that tells whether it runs, and why not. */
export interface Pod extends KubernetesObject {
  status: {
    phase?: string;
    reason?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    containerStatuses?: {
      ready: boolean;
      restartCount: number;
      imageID?: string;
      state?: ContainerState;
      lastState?: ContainerState;
    }[];
  };
}

/** Opens the cluster that settings name. */
export type OpenCluster = (settings?: ClusterSettings) => Cluster;

/** What the handlers that speak to Kubernetes work with. */
export const openCluster = (): OpenCluster => (settings) => new Cluster(settings);

/** The questions that our resources ask Kubernetes. What isn't there is undefined; failures are one clear line. */
export class Cluster {
  constructor(private readonly settings: ClusterSettings = {}) {}

  /** @param kind `namespace`, `pvc`, `statefulset` */
  async find<T extends KubernetesObject>(
    kind: string,
    name: string,
    namespace?: string,
  ): Promise<T | undefined> {
    const where = namespace === undefined ? [] : [`--namespace=${namespace}`];
    const json = await this.#answer(["get", kind, name, ...where, "--ignore-not-found", "--output=json"]);
    return json.trim() === "" ? undefined : (JSON.parse(json) as T);
  }

  /** Those of these objects that are there. @param references like `StatefulSet.v1.apps/ocis` */
  async findAll(references: readonly string[], namespace?: string): Promise<KubernetesObject[]> {
    const where = namespace === undefined ? [] : [`--namespace=${namespace}`];
    const json = await this.#answer(["get", ...references, ...where, "--ignore-not-found", "--output=json"]);
    if (json.trim() === "") return [];
    const found = JSON.parse(json) as KubernetesObject | { items: KubernetesObject[] };
    return "items" in found ? found.items : [found];
  }

  async list<T extends KubernetesObject>(
    kind: string,
    namespace: string,
    ...options: string[]
  ): Promise<T[]> {
    const args = ["get", kind, `--namespace=${namespace}`, ...options, "--output=json"];
    return (JSON.parse(await this.#answer(args)) as { items: T[] }).items;
  }

  /** Creates an object, unless it is there. @returns whether it wasn't */
  async create(manifest: object): Promise<boolean> {
    const result = await this.#run(["create", "--filename=-"], JSON.stringify(manifest));
    const isThere = /\(AlreadyExists\)/.test(result.stderr);
    if (result.exitCode !== 0 && !isThere) throw failure(result);
    return !isThere;
  }

  /** Sets how many pods a StatefulSet has. */
  async scale(namespace: string, statefulSet: string, replicas: number): Promise<void> {
    const of = [`statefulset/${statefulSet}`, `--namespace=${namespace}`];
    await this.#answer(["scale", ...of, `--replicas=${replicas}`]);
  }

  async annotate(kind: string, name: string, namespace: string, annotation: string, value: string) {
    const of = [`${kind}/${name}`, `--namespace=${namespace}`, "--overwrite"];
    await this.#answer(["annotate", ...of, `${annotation}=${value}`]);
  }

  /** Deletes an object, and returns when it is gone. One that isn't there is fine. */
  async remove(kind: string, name: string, namespace: string): Promise<void> {
    await this.#answer(["delete", kind, name, `--namespace=${namespace}`, "--ignore-not-found", "--wait"]);
  }

  /** The context that `kubectl` uses unless it is told another; undefined without any. */
  async currentContext(): Promise<string | undefined> {
    const { stdout, exitCode } = await this.#run(["config", "current-context"]);
    return exitCode === 0 ? stdout.trim() : undefined;
  }

  /** The last lines of a pod's log; of the container before the one that runs, if it has restarted. */
  async log(namespace: string, pod: string, lines: number, previous: boolean): Promise<string[]> {
    const args = ["logs", pod, `--namespace=${namespace}`, `--tail=${lines}`, `--previous=${previous}`];
    const { stdout, exitCode } = await this.#run(args);
    // While a container ends, Kubernetes prints this instead of its log.
    const noise = /^$|^unable to retrieve container logs/;
    return exitCode === 0 ? stdout.split("\n").filter((line) => !noise.test(line)) : [];
  }

  /** Runs a command in a pod. One that can't be run has failed. @param container @default the first one */
  async run(
    namespace: string,
    pod: string,
    command: readonly string[],
    container?: string,
  ): Promise<CommandResult> {
    const { stdout, stderr, exitCode } = await this.#run([
      "exec",
      pod,
      `--namespace=${namespace}`,
      ...(container === undefined ? [] : [`--container=${container}`]),
      "--",
      ...command,
    ]);
    return {
      exitCode,
      output: `${stderr.replace(/^command terminated with exit code \d+\n?/m, "")}${stdout}`,
    };
  }

  /** Runs a command in a container for as long as it takes. Reading its output to the end fails if it does. */
  output(namespace: string, container: string, command: readonly string[], signal: AbortSignal): Readable {
    const args = ["exec", ...inContainer(namespace, container), "--", ...command];
    return kubectlStream(this.settings, args, signal);
  }

  /** Runs a command in a container, which reads a stream. @returns what it printed */
  input(
    namespace: string,
    container: string,
    command: readonly string[],
    stream: Readable,
    signal: AbortSignal,
  ) {
    const args = ["exec", "--stdin", ...inContainer(namespace, container), "--", ...command];
    return text(kubectlStream(this.settings, args, signal, stream));
  }

  /** Lets a port of a pod be used at a URL of this machine. */
  forward<T>(namespace: string, pod: string, port: number, use: (url: string) => Promise<T>): Promise<T> {
    return withForward(this.settings, { namespace, pod, port }, use);
  }

  async #answer(args: readonly string[]): Promise<string> {
    const result = await this.#run(args);
    if (result.exitCode !== 0) throw failure(result);
    return result.stdout;
  }

  #run(args: readonly string[], input?: string): Promise<Result> {
    return kubectl(this.settings, args, input);
  }
}

/** @param container `pod/container`: a service mesh adds one of its own to each pod */
function inContainer(namespace: string, container: string): string[] {
  const [pod = "", name = ""] = container.split("/");
  return [pod, `--namespace=${namespace}`, `--container=${name}`];
}

const failure = (result: Result) =>
  new KubectlError(`Kubernetes: ${reasonOf(result)}`, FINAL.test(result.stderr));
const FINAL = /\((Forbidden|NotFound|Invalid|BadRequest|Unauthorized|AlreadyExists)\)/;
