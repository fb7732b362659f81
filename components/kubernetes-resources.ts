import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { FirstAdminArgs } from "@ocis-pocket-id/providers";
import type { ClusterSettings } from "./kubernetes/settings";
import { deployment } from "./resources";
import type { ProductKey } from "./settings/products";

/** What the preflights of oCIS and of Pocket ID have in common. */
interface CommonPreflightArgs {
  /** Which cluster. @default the one of KUBECONFIG or ~/.kube/config */
  cluster?: pulumi.Input<{ [K in keyof ClusterSettings]?: pulumi.Input<string | undefined> }>;
  /** The owner of the namespace and the claims: the value of their annotation {@link OWNER_ANNOTATION}. */
  owner: pulumi.Input<string>;
  /** The namespace. */
  namespace: pulumi.Input<string>;
  /** Whether the namespace is this owner's alone. @default true */
  createNamespace?: pulumi.Input<boolean>;
  /** The image that will run. */
  image: pulumi.Input<string>;
  /** Name of the claim for accounts and files. */
  dataVolume: pulumi.Input<string>;
  /** Its size: `20Gi`. */
  dataSize: pulumi.Input<string>;
  /** The StorageClass of claims. @default the cluster's */
  storageClass?: pulumi.Input<string>;
  /** Whether to adopt claims without an owner. @default false */
  adoptVolumes?: pulumi.Input<boolean>;
  /** Whether claims of this stack that are gone may be replaced by empty ones. @default false */
  allowEmptyVolumes?: pulumi.Input<boolean>;
  /** How many hours old the last backup may be if the image changes. @default none is needed */
  requireBackupHours?: pulumi.Input<number>;
}

/** Arguments of a {@link KubernetesPreflight}. */
export interface KubernetesPreflightArgs extends CommonPreflightArgs {
  /** @default "ocis" */
  product?: ProductKey;
  /** Name of the claim for the configuration. */
  configVolume: pulumi.Input<string>;
  /** Its size. */
  configSize: pulumi.Input<string>;
  /** Whether the image may be older than the previous one. @default false */
  allowDowngrade?: pulumi.Input<boolean>;
}

/**
 * Checks before anything is created or changed what would fail or lose data, as `DockerPreflight` does: the cluster can't be
 * reached, namespace or claims belong to another owner, or a claim is another than before. Creates namespace and claims, so that
 * it notices if one is lost later. Needs `kubectl`.
 */
export class KubernetesPreflight extends pulumi.CustomResource {
  constructor(name: string, args: KubernetesPreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super(...deployment({ type: "KubernetesPreflight", handler: "kubernetesPreflight" }, name, args, opts));
  }
}

/** Arguments of {@link KubernetesReady}. */
export interface KubernetesReadyArgs extends Pick<KubernetesPreflightArgs, "cluster" | "product"> {
  /** The namespace. */
  namespace: pulumi.Input<string>;
  /** Name of the StatefulSet. */
  name: pulumi.Input<string>;
  /** Pocket ID's public URL, as oCIS has it. */
  issuer: pulumi.Input<string>;
  /** Whether oCIS itself serves https. @default false */
  tls?: pulumi.Input<boolean>;
  /** Time limit in seconds, 1 to 3600. @default 300 */
  timeoutSeconds?: pulumi.Input<number>;
  /** Values that trigger a new check when they change. @default {} */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Waits until people can log in to the pod that runs the newest settings, as `OcisReady` does for a container.
 *
 * @throws one line with the reason and the last lines of oCIS's log
 */
export class KubernetesReady extends pulumi.CustomResource {
  constructor(name: string, args: KubernetesReadyArgs, opts?: pulumi.CustomResourceOptions) {
    super(...deployment({ type: "KubernetesReady", handler: "kubernetesReady" }, name, args, opts));
  }
}

/** Arguments of a {@link PocketIdPreflight}. */
export interface PocketIdPreflightArgs extends CommonPreflightArgs {
  /** Which key encrypts what is in the claim; not known while the stack has none yet. */
  key?: pulumi.Input<string>;
  /** Whether the key is of a claim that existed before. @default false */
  keyIsGiven?: pulumi.Input<boolean>;
  /** The host that passkeys are bound to: another one is a warning. @default none */
  passkeyHost?: pulumi.Input<string>;
}

/**
 * The same as {@link KubernetesPreflight} for Pocket ID, whose claim is worthless without its key. Creates namespace and claim.
 * Needs `kubectl`.
 */
export class PocketIdPreflight extends pulumi.CustomResource {
  /** What Kubernetes calls the claim, as `data`. */
  declare readonly claimIds: pulumi.Output<Record<string, string> | undefined>;

  constructor(name: string, args: PocketIdPreflightArgs, opts?: pulumi.CustomResourceOptions) {
    const kind = { type: "PocketIdPreflight", handler: "pocketIdPreflight" } as const;
    super(...deployment({ ...kind, computed: ["claimIds"] }, name, args, opts));
  }
}

/** Arguments of a {@link PocketIdStarted}. */
export interface PocketIdStartedArgs extends Pick<PocketIdPreflightArgs, "cluster"> {
  /** The namespace. */
  namespace: pulumi.Input<string>;
  /** Name of the StatefulSet. */
  name: pulumi.Input<string>;
  /** Who becomes the first admin of a new Pocket ID, before anybody else can. @default nobody */
  admin?: Pick<FirstAdminArgs, "username" | "email" | "firstName" | "lastName">;
  /** Time limit in seconds, 1 to 3600. @default 300 */
  timeoutSeconds?: pulumi.Input<number>;
  /** Values that trigger a new check when they change. @default {} */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Waits until Pocket ID runs in the pod with the newest settings, and makes its first admin, by the pod's own port: whatever lets
 * others in must wait for this.
 *
 * @throws one line with the reason and the last lines of its log
 */
export class PocketIdStarted extends pulumi.CustomResource {
  constructor(name: string, args: PocketIdStartedArgs, opts?: pulumi.CustomResourceOptions) {
    super(...deployment({ type: "PocketIdStarted", handler: "pocketIdStarted" }, name, args, opts));
  }
}
