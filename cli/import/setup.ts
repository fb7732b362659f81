/** A set-up of oCIS made by hand. */
export type Setup = DockerSetup | KubernetesSetup;

/** What every set-up has. */
export interface CommonSetup {
  /** Where it was read: `service 'ocis' of /srv/ocis/compose.yaml`. */
  readonly source: string;
  readonly image: string;
  /** User and group that it runs as: `99:100`; undefined for the image's own. */
  readonly user: string | undefined;
  /** The variables that somebody set, by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the variables that are kept as secrets. */
  readonly secretVariables: ReadonlySet<string>;
  readonly mounts: readonly Mount[];
  /** Additional host names by name. */
  readonly extraHosts: Readonly<Record<string, string>>;
  /** What runs beside it, and stays as it is. */
  readonly others: readonly { readonly name: string; readonly image: string }[];
  /** The text of a file as oCIS sees it; undefined if it can't be read. */
  readonly readFile: (path: string) => Promise<string | undefined>;
}

/** A set-up as a compose file or a container describes it. */
export interface DockerSetup extends CommonSetup {
  readonly runsIn: "docker";
  /** The command that stops and removes the container; its volumes stay. */
  readonly removal: string;
  /** The command that brings it back; undefined if nobody knows how it was started. */
  readonly comeback: string | undefined;
  /** Names of the Docker networks that it shares with others. */
  readonly networks: readonly string[];
  /** The names by which the others reach it there. */
  readonly aliases: readonly string[];
  /** Addresses of its own in these networks. */
  readonly addresses: readonly { readonly network: string; readonly address: string }[];
  /** Another container or service, whose network it uses. */
  readonly networkOf: string | undefined;
  /** Services that use its network. */
  readonly sharedBy: readonly string[];
  /** Where oCIS's own port is published on the Docker host. */
  readonly ports: readonly { readonly ip: string; readonly port: number }[];
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it uses the network of the Docker host. */
  readonly onHostNetwork: boolean;
  /** Which Docker it runs on, as the stack's `docker:…` keys; empty for the local one. */
  readonly docker: Readonly<Record<string, string>>;
}

/** A set-up as a StatefulSet or Deployment describes it. */
export interface KubernetesSetup extends CommonSetup {
  readonly runsIn: "kubernetes";
  readonly namespace: string;
  /** Which cluster, as the stack's `kubernetes:…` keys. */
  readonly cluster: Readonly<Record<string, string>>;
  /** How `kubectl` is called for this cluster: `kubectl --context=company`. */
  readonly kubectl: string;
  /** The StatefulSet or Deployment: `statefulset/ocis`. */
  readonly workload: string;
  readonly replicas: number;
  /** Labels that select its pods: `app=ocis`. */
  readonly selector: string;
  /** Who may start it again, or delete claims with it. */
  readonly keeper: Keeper | undefined;
  readonly claims: readonly FoundClaim[];
  /** How much of a node it may use, as Kubernetes writes it. */
  readonly limits: { readonly memory?: string; readonly cpu?: string };
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly imagePullSecrets: readonly string[];
  readonly services: readonly SelectingService[];
  readonly routes: readonly Route[];
  /** NetworkPolicies for its pods alone. */
  readonly networkPolicies: readonly string[];
  /** Parts of the pod that our pod doesn't have. */
  readonly left: readonly string[];
  /** Why files in its claims can't be read; undefined if they can. */
  readonly unreadable: string | undefined;
}

/** A Service that leads to its pods. */
export interface SelectingService {
  readonly name: string;
  /** `LoadBalancer` */
  readonly type: string;
  /** Labels of the pods that it leads to: `app=ocis`. */
  readonly selector: string;
  /** Whether it finds oCIS's port in our pod, too. */
  readonly fits: boolean;
}

/** An Ingress or HTTPRoute that leads to it. */
export interface Route {
  /** `ingress/ocis` */
  readonly object: string;
  /** Hosts for which it does. */
  readonly hosts: readonly string[];
  /** Whether it does nothing else. */
  readonly isOcisAlone: boolean;
  /** What it becomes: the parts `ingress` or `gateway` of the key `kubernetes`. */
  readonly key: Readonly<Record<string, unknown>>;
  /** What isn't imported, and what to do about it. */
  readonly left: readonly string[];
}

/** What made a workload, and looks after it. */
export type Keeper = "Argo CD" | "Flux" | { readonly release: string };

/** A claim that it uses. */
export interface FoundClaim {
  readonly name: string;
  readonly size: string;
  readonly className: string | undefined;
  /** What deletes it sooner or later, and how to prevent that. */
  readonly threat: string | undefined;
}

/** What is mounted into the container. */
export interface Mount {
  /** Name of a volume or claim, or absolute path on the Docker host; undefined for others. */
  readonly source: string | undefined;
  readonly target: string;
  /** The text of a file that is written in the compose file itself. */
  readonly text?: string;
  /** What it is, if not a volume or claim as a whole: `ConfigMap 'ocis-csp'`. */
  readonly what?: string;
  /** Files that are known without looking into it. */
  readonly files?: readonly MountedFile[];
}

/** A file of a ConfigMap or Secret. */
export interface MountedFile {
  /** Where oCIS sees it. */
  readonly path: string;
  readonly text: string;
  /** The command, after `kubectl`, that prints it. */
  readonly print: string;
}

/** What one part of a set-up becomes in a stack. Texts are lines of the report. */
export interface Part {
  /** By key without the project's name, except those of other namespaces: `pocketid:url`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Variables whose values must be encrypted, by name. */
  readonly secretEnvironment?: Readonly<Record<string, string>>;
  /** How the set-up differs from the guide. */
  readonly differences?: readonly string[];
  /** What the first `up` changes. */
  readonly changes?: readonly string[];
  /** What isn't imported, and what to do about it. */
  readonly byHand?: readonly string[];
  /** Why a stack of it would lack accounts or files, and what to do about it. */
  readonly blockers?: readonly string[];
}

/** A set-up as a stack. */
export type Imported = Required<Part>;

/** All parts together; later keys win. */
export function together(parts: readonly Part[]): Imported {
  const all = (key: "differences" | "changes" | "byHand" | "blockers") => [
    ...new Set(parts.flatMap((part) => part[key] ?? [])),
  ];
  return {
    config: Object.assign({}, ...parts.map(({ config }) => config)) as Imported["config"],
    secretEnvironment: Object.assign(
      {},
      ...parts.map(({ secretEnvironment }) => secretEnvironment),
    ) as Imported["secretEnvironment"],
    differences: all("differences"),
    changes: all("changes"),
    byHand: all("byHand"),
    blockers: all("blockers"),
  };
}

/** Paths at which something is mounted, with those of known files. */
export const pathsIn = (mounts: readonly Mount[]): string[] =>
  mounts.flatMap(({ target, files }) => (files === undefined ? [target] : files.map(({ path }) => path)));

/** The mount that contains a path, and the path below it. */
export function mountOf(mounts: readonly Mount[], path: string) {
  const containing = mounts
    .filter(({ target }) => path === target || path.startsWith(`${target.replace(/\/$/, "")}/`))
    .sort((a, b) => b.target.length - a.target.length);
  const [mount] = containing;
  return mount && { mount, below: path.slice(mount.target.replace(/\/$/, "").length) };
}

/** A service's own command of oCIS, such as `ocis collaboration server`, runs no whole oCIS. */
export const isPartOfOcis = (command: string) =>
  /(?:\bocis\s+|^\s*)(?!init\b|server\b|ocis\b)[a-z-]+\s+server\b/.test(command);

/** Where oCIS listens inside the container. */
export function listensAt(environment: Setup["environment"]): { readonly ip: string; readonly port: number } {
  const [, ip = "0.0.0.0", port = "9200"] =
    /^([\d.]+)?:(\d+)$/.exec(environment["PROXY_HTTP_ADDR"] ?? "") ?? [];
  return { ip, port: Number(port) };
}

/** An image of oCIS by its name. */
export const isOcisImage = (image: string) => /(^|\/)ocis(-rolling)?([:@]|$)/.test(image);
