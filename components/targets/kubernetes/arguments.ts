import type * as pulumi from "@pulumi/pulumi";
import type { ExtraHost, WorkloadArgs } from "../arguments";
import type { Limits } from "../limits";

/** How requests get to oCIS: rules for an Ingress controller. */
export interface IngressArgs {
  /** The controller: `nginx`, `traefik`. @default the cluster's default class */
  className?: pulumi.Input<string> | undefined;
  /** A ClusterIssuer of cert-manager, which gets the certificate. */
  clusterIssuer?: pulumi.Input<string> | undefined;
  /** An Issuer of cert-manager in the namespace, instead. */
  issuer?: pulumi.Input<string> | undefined;
  /** The Secret with the certificate; cert-manager creates it. @default `ocis-tls` */
  tlsSecret?: pulumi.Input<string> | undefined;
  /** More annotations for the controller. @default for ingress-nginx: uploads of any size, and events that stay open */
  annotations?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/** The same by the Gateway API: an HTTPRoute at a Gateway, which has the certificate. */
export interface GatewayArgs {
  /** The Gateway's name. */
  name: pulumi.Input<string>;
  /** Its namespace, from which it must allow routes of oCIS's. @default oCIS's */
  namespace?: pulumi.Input<string> | undefined;
  /** Its listener. Pocket ID needs this or `port`, those with TLS. @default all that fit: oCIS sends http to https */
  sectionName?: pulumi.Input<string> | undefined;
  /** The port of its listeners. @default all that fit */
  port?: pulumi.Input<number> | undefined;
}

/** The two volumes. */
export interface StorageArgs {
  /** Their class: block storage, which one node at a time mounts. @default the cluster's default class */
  className?: string | undefined;
  /** Size of the volume with accounts and files. @default "20Gi" */
  data?: string | undefined;
  /** Size of the volume with the configuration. @default "1Gi" */
  config?: string | undefined;
}

/** Arguments of {@link kubernetesTarget}: a StatefulSet with one pod in a namespace of its own. */
export interface KubernetesTargetArgs extends WorkloadArgs {
  /** The text of a kubeconfig (make it a secret), or its path. @default Kubernetes's provider of the component's options, else the stack's `kubernetes:…` keys, else KUBECONFIG or ~/.kube/config */
  kubeconfig?: pulumi.Input<string> | undefined;
  /** The context in it. @default its current one */
  context?: pulumi.Input<string> | undefined;
  /** The namespace. @default `<project>-<stack>-<component>` */
  namespace?: string | undefined;
  /** Whether to create the namespace; false to use an existing one, for people who may not create any. @default true */
  createNamespace?: boolean | undefined;
  /** Rules for an Ingress controller; false for none. @default {} unless there is a `gateway` */
  ingress?: IngressArgs | false | undefined;
  /** An existing Gateway, instead of an Ingress. */
  gateway?: GatewayArgs | undefined;
  /**
   * The claims for accounts and files by name, in the namespace. Those that exist keep their class and access modes, and their size
   * unless `storage` has one. @default `ocis-config` and `ocis-data`; with `createNamespace: false`, `<project>-<stack>-<component>-config`
   * and `-data`
   */
  volumes?: { config?: string | undefined; data?: string | undefined } | undefined;
  /** The volumes. They stay when all else is destroyed. */
  storage?: StorageArgs | undefined;
  /** How much of a node the pod may use. @default { memory: 4096 } */
  limits?: Pick<Limits, "memory" | "cpus"> | undefined;
  /** Names of Secrets with logins to the image's registry, in the namespace. @default none */
  imagePullSecrets?: pulumi.Input<pulumi.Input<string>[]> | undefined;
  /** Additional lines for /etc/hosts, for instance if the issuer's name doesn't resolve in the cluster. */
  extraHosts?: pulumi.Input<pulumi.Input<ExtraHost>[]> | undefined;
  /** Which nodes may run it, by their labels. @default all */
  nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** Whether draining a node may stop oCIS, which then starts on another one. @default true */
  evictable?: boolean | undefined;
  /** Whether to adopt existing claims without an owner. @default false */
  adoptVolumes?: boolean | undefined;
  /** Whether `up` may start with empty volumes although this stack had files in others. @default false */
  allowEmptyVolumes?: boolean | undefined;
  /** Whether `image` may be older than the one that used the volumes before; only after restoring a backup. @default false */
  allowDowngrade?: boolean | undefined;
  /**
   * How many hours old the last backup by `ocis-pocket-id backup` may be for an `up` to change an image; more than 0.
   * @default an image may change without a backup
   */
  requireBackupHours?: number | undefined;
  /** Whether the engine refuses to delete namespace and claims. (Destroy always keeps them.) @default false */
  protect?: boolean | undefined;
  /** Whether `up` waits until people can log in, and for how many seconds at most. @default { timeoutSeconds: 300 } */
  readiness?: { timeoutSeconds?: number } | false | undefined;
}
