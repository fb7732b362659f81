/** The label that says whose a container or volume is: `<project>/<stack>/<component>`. */
export const OWNER_LABEL = "io.github.ocis-pocket-id.owner";

/**
 * What Docker's HTTP API answers, as far as it is read here; Podman's answers alike. `null` where Docker gives it for nothing.
 *
 * @see https://docs.docker.com/reference/api/engine/
 */
export type Labels = Readonly<Record<string, string>> | null | undefined;

/** Answer of `GET /containers/{id}/json`. */
export interface Container {
  readonly Id: string;
  /** With a slash before it. */
  readonly Name: string;
  /** The image's ID. */
  readonly Image: string;
  readonly RestartCount?: number;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly Restarting: boolean;
    readonly OOMKilled?: boolean;
    readonly ExitCode: number;
    /** RFC 3339. */
    readonly StartedAt?: string;
    /** Of a container with a health check. */
    readonly Health?: { readonly Status: string };
  };
  readonly Config: {
    readonly Image: string;
    readonly User?: string;
    readonly Env?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly Entrypoint?: string | readonly string[] | null;
    readonly Labels?: Labels;
  };
  readonly HostConfig: {
    readonly NetworkMode?: string;
    readonly RestartPolicy?: { readonly Name?: string };
    /** In bytes; 0 for no limit. */
    readonly Memory?: number;
    readonly PortBindings?: Readonly<
      Record<string, readonly { readonly HostIp?: string; readonly HostPort: string }[] | null>
    > | null;
    readonly ExtraHosts?: readonly string[] | null;
  };
  readonly Mounts: readonly {
    readonly Type: string;
    /** Of a volume. */
    readonly Name?: string;
    readonly Source: string;
    readonly Destination: string;
    readonly RW: boolean;
  }[];
  readonly NetworkSettings: {
    readonly Networks?: Readonly<
      Record<
        string,
        { readonly NetworkID: string; readonly IPAMConfig?: { readonly IPv4Address?: string } | null }
      >
    > | null;
  };
}

/** An entry of `GET /containers/json`. */
export interface RunningContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Image?: string;
  readonly Command?: string;
  readonly Labels?: Labels;
  readonly HostConfig?: { readonly NetworkMode?: string };
  readonly Mounts?:
    readonly { readonly Name?: string; readonly Source?: string; readonly RW?: boolean }[] | null;
  readonly Ports?:
    readonly { readonly IP?: string; readonly PublicPort?: number; readonly Type: string }[] | null;
}

/** Answer of `GET /volumes/{name}` and `GET /networks/{id}`. */
export interface Labelled {
  readonly Name: string;
  readonly Labels?: Labels;
  /** Of a network. */
  readonly IPAM?: { readonly Config?: readonly { readonly Subnet?: string }[] | null };
}

/** Answer of `GET /networks/{id}`. */
export interface NetworkFound extends Labelled {
  readonly Id: string;
  /** `swarm` if all nodes have it. */
  readonly Scope?: string;
}

/** The part of `GET /info` that is about a Swarm. */
export interface SwarmInfo {
  readonly NodeID?: string;
  /** `active` if the engine belongs to a Swarm. */
  readonly LocalNodeState?: string;
  /** Whether it is a manager. */
  readonly ControlAvailable?: boolean;
}

/** Answer of `GET /services/{name}`. */
export interface SwarmService {
  readonly ID: string;
  readonly Spec: { readonly Name: string; readonly Labels?: Labels; readonly TaskTemplate: TaskTemplate };
}

/** What a task runs: a service's newest, or the one that a task was made with. */
export interface TaskTemplate {
  readonly ContainerSpec?: object;
  readonly [part: string]: unknown;
}

/** An entry of `GET /tasks`. */
export interface SwarmTask {
  readonly ID: string;
  /** RFC 3339. */
  readonly CreatedAt: string;
  /** Not there while the task waits for a node. */
  readonly NodeID?: string;
  readonly DesiredState: string;
  readonly Spec: TaskTemplate;
  readonly Status: {
    readonly State: string;
    readonly Timestamp: string;
    readonly Err?: string;
    readonly ContainerStatus?: { readonly ContainerID?: string; readonly ExitCode?: number } | null;
  };
}

/** Answer of `GET /images/{name}/json`. */
export interface Image {
  readonly Id: string;
  /** `name@sha256:...`, by which registries have it; none for one that was built or loaded here. */
  readonly RepoDigests?: readonly string[] | null;
  readonly Config?: { readonly User?: string; readonly Env?: readonly string[] | null } | null;
}

const TAR_BLOCK = 512;

/** The content of the first plain file in a tar archive: Docker wraps each file in one, with headers of its own before it. */
export function firstFile(archive: Buffer): Buffer | undefined {
  for (let at = 0; at + TAR_BLOCK <= archive.length;) {
    const size = Number.parseInt(archive.toString("latin1", at + 124, at + 136), 8) || 0;
    const type = archive.toString("latin1", at + 156, at + 157);
    const start = at + TAR_BLOCK;
    if (type === "0" || type === "\0") return archive.subarray(start, start + size);
    at = start + Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
  }
  return undefined;
}

/** The text of a container's output that came in one piece, see {@link linesOf}. */
export function textOf(output: Buffer): string {
  const chunks: Buffer[] = [];
  let rest = output;
  while (rest.length >= 8 && (rest[0] ?? 9) <= 2 && rest.readUIntBE(1, 3) === 0) {
    const end = 8 + rest.readUInt32BE(4);
    chunks.push(rest.subarray(8, end));
    rest = rest.subarray(end);
  }
  return Buffer.concat([...chunks, rest]).toString("utf8");
}

/**
 * The lines of a container's output. Docker puts 8 bytes before each chunk (stream, three zeros, length), unless the
 * container has a terminal.
 */
export function linesOf(output: Buffer): string[] {
  return textOf(output)
    .split("\n")
    .filter((line) => line.trim() !== "");
}
