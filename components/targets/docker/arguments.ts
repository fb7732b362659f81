import type * as pulumi from "@pulumi/pulumi";
import type { Certificate, ContainerArgs } from "../arguments";

/** A login to the registry of the image. */
export interface RegistryLogin {
  /** The registry: `registry.company.com`. */
  address: pulumi.Input<string>;
  username: pulumi.Input<string>;
  /** Kept as a secret. */
  password: pulumi.Input<string>;
}

/** Arguments of {@link dockerTarget}: one container on one Docker host. */
export interface DockerTargetArgs extends ContainerArgs {
  /**
   * The address of Docker: `unix:///run/user/1000/podman/podman.sock`, `tcp://host:2376`, `ssh://user@host`.
   * @default Docker's provider of the component's options, else the stack's `docker:…` keys, else the environment
   */
  dockerHost?: pulumi.Input<string> | undefined;
  /** Additional labels of the container, such as those that Traefik reads (`traefikLabels`). @default {} */
  labels?: Readonly<Record<string, string>> | undefined;
  /** A login to the image's registry. @default what `docker login` stored */
  registry?: RegistryLogin | undefined;
  /**
   * Whether oCIS itself serves https: false behind a TLS proxy; true with a self-signed certificate; or with yours.
   * @default false
   */
  tls?: boolean | Certificate | undefined;
  /**
   * How csp.yaml gets into the container: `mount` keeps a file in the project folder and mounts it read-only, and a refresh
   * finds edits; `upload` copies it in, which also works for Docker on another or a virtual machine, and for stacks that run
   * from several checkouts. @default "upload" if Docker's address is tcp or ssh, else "mount"
   */
  cspDelivery?: "mount" | "upload" | undefined;
  /**
   * Where oCIS's own secrets are kept, on which every account depends: `stack`, in state, encrypted, from which the first start
   * writes ocis.yaml into the config volume, and again if that is lost; or `volume`, only there, by `ocis init`. An ocis.yaml
   * that is there already always stays. @default "stack" for new data; "volume" where data was found, and for other products
   */
  secrets?: "stack" | "volume" | undefined;
  /** Whether `up` may start with empty volumes although this stack had files in others. @default false */
  allowEmptyVolumes?: boolean | undefined;
  /** Whether `image` may be older than the one that used the volumes before; only after restoring a backup. @default false */
  allowDowngrade?: boolean | undefined;
  /** Image of the Pocket ID that the stack runs too: previews explain its changes as they do those of `image`. @default none */
  pocketIdImage?: pulumi.Input<string> | undefined;
  /**
   * How many hours old the last backup by `ocis-pocket-id backup` may be for an `up` to change an image; more than 0.
   * @default an image may change without a backup
   */
  requireBackupHours?: number | undefined;
  /** Whether the engine refuses to delete the volumes. (Destroy always keeps them.) @default false */
  protect?: boolean | undefined;
  /** Whether `up` waits until people can log in, and for how many seconds at most. @default { timeoutSeconds: 120 } */
  readiness?: { timeoutSeconds?: number } | false | undefined;
}
