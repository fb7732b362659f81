import { load } from "js-yaml";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readKubernetes } from "../../cli/import/kubernetes";
import type { ReadCluster } from "../../cli/import/kubernetes-objects";
import { importSetup } from "../../cli/import/mapping";
import { stepsOf } from "../../cli/import/report";
import type { Answers } from "../components/kubernetes/fake-kubectl";

/** Set-ups as people make them; expected.yaml is the report on each. */
export const SETUPS = join(__dirname, "..", "fixtures", "import-kubernetes");

export interface Fields {
  [key: string]: unknown;
}
/** An object as a cluster has it. */
export interface Item extends Fields {
  kind: string;
  metadata: Fields & { name: string; namespace: string };
  spec: Fields;
}
interface Container extends Fields {
  volumeMounts: Fields[];
}

/** The objects of a set-up. */
export const itemsOf = (setup: string): Item[] =>
  (load(readFileSync(join(SETUPS, setup, "objects.yaml"), "utf8")) as { items: Item[] }).items;

const WORKLOADS = "statefulsets.apps,deployments.apps";
const WAYS = "services,ingresses.networking.k8s.io,networkpolicies.networking.k8s.io";
const ROUTES = "httproutes.gateway.networking.k8s.io";
const LISTED: Readonly<Record<string, readonly string[]>> = {
  [WORKLOADS]: ["StatefulSet", "Deployment"],
  [WAYS]: ["Service", "Ingress", "NetworkPolicy"],
  [ROUTES]: ["HTTPRoute"],
};
const SHORT: Readonly<Record<string, string>> = { pvc: "persistentvolumeclaim" };
const POD = { kind: "Pod", metadata: { name: "the-pod", uid: "1" }, status: { phase: "Running" } };

const listed = (items: readonly Item[], kinds: string) =>
  items.filter(({ kind }) => LISTED[kinds]?.includes(kind) === true);

/** What `kubectl` answers in a cluster that has these objects, and a pod whose claims have no files that matter. */
export function answersOf(items: readonly Item[]): Answers {
  const at = `--namespace=${items[0]?.metadata.namespace ?? ""}`;
  const texts = items.filter(({ kind }) => kind === "Secret" || kind === "ConfigMap");
  const claims = items.filter(({ kind }) => kind === "PersistentVolumeClaim");
  const noRoutes = { stderr: `error: the server doesn't have a resource type "httproutes"\n`, exitCode: 1 };
  return {
    "config current-context": { stdout: "company\n" },
    [`get ${WORKLOADS} ${at}`]: { stdout: { items: listed(items, WORKLOADS) } },
    [`get ${WAYS} ${at}`]: { stdout: { items: listed(items, WAYS) } },
    [`get ${ROUTES} ${at}`]:
      listed(items, ROUTES).length === 0 ? noRoutes : { stdout: { items: listed(items, ROUTES) } },
    [`get pods ${at}`]: { stdout: { items: [POD] } },
    ...Object.fromEntries(
      texts.map((one) => [`get ${one.kind.toLowerCase()} ${one.metadata.name} ${at}`, { stdout: one }]),
    ),
    ...Object.fromEntries(claims.map((one) => [`pvc/${one.metadata.name}`, { stdout: one }])),
    "exec the-pod": { stderr: "command terminated with exit code 1\n", exitCode: 1 },
  };
}

/** The set-up stateful-set, changed by a test. */
export class Changed {
  readonly items = itemsOf("stateful-set");
  pods: object[] = [POD];
  /** What `kubectl exec` prints, by command; anything else fails. */
  readonly printed: Record<string, string> = {};
  /** Why `kubectl exec` fails. */
  refusal = "";

  of(kind: string, name = "cloud"): Item {
    const found = this.items.find((item) => item.kind === kind && item.metadata.name === name);
    if (found === undefined) throw new Error(`${kind} '${name}' isn't in the fixture`);
    return found;
  }
  get workload() {
    return this.of("StatefulSet") as unknown as {
      metadata: Fields;
      spec: Fields & { template: { spec: Fields & { containers: [Container]; volumes: Fields[] } } };
    };
  }
  get container() {
    return this.workload.spec.template.spec.containers[0];
  }
  /** Another workload that is like the first one. */
  copy(name: string) {
    const copy = structuredClone(this.of("StatefulSet"));
    copy.metadata.name = name;
    this.items.push(copy);
  }
  remove(kind: string, name = "cloud") {
    this.items.splice(this.items.indexOf(this.of(kind, name)), 1);
  }
  /** Mounts something else at a path. */
  mount(mountPath: string, volume: Fields, mount: Fields = {}) {
    const { container, workload } = this;
    const others = container.volumeMounts.filter((one) => one["mountPath"] !== mountPath);
    container.volumeMounts = [...others, { name: mountPath, mountPath, ...mount }];
    workload.spec.template.spec.volumes.push({ name: mountPath, ...volume });
  }

  /** The cluster, without a process for each question. */
  cluster(): ReadCluster {
    const { items, pods, printed, refusal } = this;
    const find = (kind: string, name: string) =>
      items.find((one) => one.kind.toLowerCase() === (SHORT[kind] ?? kind) && one.metadata.name === name);
    return {
      find: (kind, name) => Promise.resolve(find(kind, name) as never),
      findAll: (references) => {
        const pairs = references.map((reference) => reference.split("/") as [string, string]);
        return Promise.resolve(pairs.flatMap((pair) => find(...pair) ?? []) as never);
      },
      list: (kind) => Promise.resolve((kind === "pods" ? pods : listed(items, kind)) as never),
      run: (_namespace, _pod, command) => {
        const output = printed[command.join(" ")];
        return Promise.resolve({ exitCode: output === undefined ? 1 : 0, output: output ?? refusal });
      },
      currentContext: () => Promise.resolve("company"),
    };
  }
}

/** The report on the set-up stateful-set with a change. */
export async function reportOf(change: (setup: Changed) => unknown, workload?: string) {
  const changed = new Changed();
  change(changed);
  const setup = await readKubernetes({ namespace: "ocis", workload }, () => changed.cluster());
  const imported = await importSetup(setup, {
    ...{ newName: "new", pocketId: undefined, members: false },
    isTrusted: () => Promise.resolve(true),
  });
  const outcome = {
    setup,
    imported,
    stack: "company",
    file: undefined,
    config: {},
    hasKey: true,
    newName: "new",
  };
  return { ...imported, ...stepsOf(outcome) };
}
