import type * as pulumi from "@pulumi/pulumi";
import type { Certificate, ContainerArgs } from "../arguments";
import type { RegistryLogin } from "../docker/arguments";

/** Where oCIS's port is published. A Swarm can't bind it to one address: it is open on all of a node's. */
export interface SwarmPublish {
  /** The port, 1 to 65535. */
  port: number;
  /** `host`, on the node that runs oCIS; or `ingress`, on every node, which passes requests on. @default "host" */
  mode?: "host" | "ingress" | undefined;
}

/** Arguments of {@link swarmTarget}: a service with one replica in a Docker Swarm. */
export interface SwarmTargetArgs extends Omit<ContainerArgs, "publish" | "selinuxRelabel"> {
  /**
   * The address of a manager of the Swarm: `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`.
   * @default Docker's provider of the component's options, else the stack's `docker:…` keys, else the environment
   */
  dockerHost?: pulumi.Input<string> | undefined;
  /** A login to the image's registry, which the nodes use too. @default what `docker login` stored */
  registry?: RegistryLogin | undefined;
  /** Existing networks of the Swarm to join, for instance the one of a TLS proxy. @default none */
  networks?: ContainerArgs["networks"];
  /** Where oCIS's port is published; false for nowhere. Needed unless `networks` are given. @default false with `networks` */
  publish?: SwarmPublish | false | undefined;
  /**
   * How other services reach oCIS by its name: at an address that stays, `vip`; or at the container's, `dnsrr`, where the kernel
   * has no IPVS. A proxy must then look the name up again after an update. @default "vip"
   */
  endpointMode?: "vip" | "dnsrr" | undefined;
  /**
   * Which nodes may run oCIS: `node.labels.ocis == data`. Local volumes are on one node, so constraints must select only that
   * one, or the volumes must be folders of a storage that all nodes have. Then volumes aren't checked, and logins only if that
   * node is the one at `dockerHost`. @default the node at `dockerHost`
   */
  constraints?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Whether oCIS itself serves https: false, true with a self-signed certificate, or with yours. @default false */
  tls?: boolean | Certificate | undefined;
  /** Whether `up` may start with empty volumes although this stack had files in others. @default false */
  allowEmptyVolumes?: boolean | undefined;
  /** Whether `image` may be older than the one that used the volumes before; only after restoring a backup. @default false */
  allowDowngrade?: boolean | undefined;
  /** Whether the engine refuses to delete the volumes. (Destroy always keeps them.) @default false */
  protect?: boolean | undefined;
  /** Whether `up` waits until people can log in, and for how many seconds at most. @default { timeoutSeconds: 180 } */
  readiness?: { timeoutSeconds?: number } | false | undefined;
}
