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
  };
  readonly Config: {
    readonly Image: string;
    readonly Env?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly Entrypoint?: string | readonly string[] | null;
    readonly Labels?: Labels;
  };
  readonly HostConfig: {
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
    readonly Networks?: Readonly<Record<string, { readonly NetworkID: string }>> | null;
  };
}

/** An entry of `GET /containers/json`. */
export interface RunningContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels?: Labels;
  readonly Ports?:
    readonly { readonly IP?: string; readonly PublicPort?: number; readonly Type: string }[] | null;
}

/** Answer of `GET /volumes/{name}` and `GET /networks/{id}`. */
export interface Labelled {
  readonly Name: string;
  readonly Labels?: Labels;
}

/** Answer of `GET /images/{name}/json`. */
export interface Image {
  readonly Id: string;
  readonly Config?: { readonly Env?: readonly string[] | null } | null;
}

/** Answer of `GET /info`. */
export interface Info {
  /** `name=selinux`, `name=rootless`, `name=seccomp,profile=default`. */
  readonly SecurityOptions?: readonly string[] | null;
}
