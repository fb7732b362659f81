import type { ContainerArgs as DockerContainerArgs } from "@pulumi/docker";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { isFolder } from "../../docker-host/preflight/data";
import { sha256 } from "../../local-files/disk";
import type { Publish } from "../arguments";
import { checkedPem, GRACE_SECONDS, type JoinedNetwork, type ProductContainer } from "../container";
import { dockerLimits } from "../limits";
import type { Workload } from "../workload";
import type { DockerTargetArgs } from "./arguments";

/** What the container is made of. */
export interface Parts {
  name: string;
  image: pulumi.Input<string>;
  labels: readonly { label: string; value: pulumi.Input<string> }[];
  volumes: { config: pulumi.Input<string>; data: pulumi.Input<string> };
  /** Its own network, or existing ones. */
  networks: pulumi.Input<JoinedNetwork[]>;
  published: Required<Publish> | undefined;
  extraHosts: pulumi.Input<{ host: string; ip: string }[]>;
  adminPassword: pulumi.Input<string>;
  /** Whether the first start writes `configuration`, or runs `ocis init`. */
  secretsIn: pulumi.Output<"stack" | "volume" | undefined>;
  /** The text of ocis.yaml. */
  configuration: pulumi.Input<string>;
  /** Path of csp.yaml on the Docker host; undefined to upload it. */
  cspFile: pulumi.Input<string> | undefined;
  /** Whether Podman answers in Docker's way. */
  podman: pulumi.Input<boolean | undefined>;
}

/**
 * The container's arguments, spelled as Docker returns them, because anything else would be a change forever. What the
 * provider only claims to update is in `replaceOnChanges`.
 */
export function containerArgs(workload: Workload, args: DockerTargetArgs, parts: Parts): DockerContainerArgs {
  const { published } = parts;
  const {
    container,
    files: { csp, authority },
  } = workload;
  const own = typeof args.tls === "object" ? args.tls : undefined;
  const tlsEnvironment = own && {
    PROXY_TRANSPORT_TLS_CERT: container.paths.certificate,
    PROXY_TRANSPORT_TLS_KEY: container.paths.privateKey,
  };
  return {
    name: parts.name,
    image: parts.image,
    entrypoints: ["/bin/sh"],
    command: [
      "-c",
      parts.secretsIn.apply((place) =>
        place === "stack" ? container.secretsScript() : container.startScript(container.paths.adminPassword),
      ),
    ],
    envs: pulumi
      .all([workload.environment, workload.secretEnvironment ?? {}])
      .apply(([environment, secrets]) =>
        Object.entries({ ...environment, ...secrets, ...tlsEnvironment })
          .map(([variable, value]) => `${variable}=${value}`)
          .sort(),
      ),
    labels: [
      ...parts.labels,
      ...labelsOf(args.labels),
      ...[csp, ...(authority ? [authority] : [])].map(({ hashLabel, text }) => ({
        label: hashLabel,
        value: text.apply(sha256),
      })),
    ],
    ...mounts(args, parts, container.paths),
    // Copied in before the start. One secret makes the whole list secret in previews; hence environment and csp aren't in it
    // by default.
    uploads: [
      firstFile(parts, container.paths),
      ...(parts.cspFile === undefined ? [{ file: csp.path, content: csp.text }] : []),
      ...(authority === undefined ? [] : [{ file: authority.path, content: authority.text }]),
      ...(own === undefined
        ? []
        : [
            { file: container.paths.certificate, content: checkedPem(own.certificate, "tls.certificate") },
            {
              file: container.paths.privateKey,
              content: pulumi.secret(checkedPem(own.privateKey, "tls.privateKey")),
            },
          ]),
    ],
    ports: published ? [{ internal: container.port, external: published.port, ip: published.ip }] : [],
    networksAdvanced: parts.networks,
    hosts: parts.extraHosts,
    healthcheck: { tests: container.healthTest, ...container.health },
    ...SERVICE,
    ...exceptInPodman(dockerLimits(args.limits), parts),
    ...(args.hardening === false ? {} : hardening(parts)),
  };
}

/** Labels as Docker's provider takes them. */
export const labelsOf = (labels: Readonly<Record<string, string>> = {}) =>
  Object.entries(labels).map(([label, value]) => ({ label, value }));

/** What the first start needs: the whole configuration, or the password for `init`. */
function firstFile({ secretsIn, configuration, adminPassword }: Parts, paths: ProductContainer["paths"]) {
  return secretsIn.apply((place) =>
    place === "stack"
      ? pulumi.output({ file: paths.secrets, content: configuration })
      : pulumi.output({ file: paths.adminPassword, content: adminPassword }),
  );
}

/** How a container of ours starts again, and stops. */
export const SERVICE = {
  // After a crash of Docker itself, `unless-stopped` leaves it down.
  restart: "always",
  // Without it, the provider kills the program at once, whatever stopTimeout is.
  destroyGraceSeconds: GRACE_SECONDS,
  stopTimeout: GRACE_SECONDS,
};

/** Volumes outlive their stack. Docker can't relabel one: the provider would delete it and make an empty one. */
export const KEPT_VOLUME = { retainOnDelete: true, ignoreChanges: ["labels"] };

/** Podman fills them in. */
export const OWN_NETWORK = { ignoreChanges: ["ipamOptions"] };

/** The provider claims to update these, but doesn't. */
export const REALLY_REPLACED = {
  replaceOnChanges: ["healthcheck", "tmpfs", "init"],
  deleteBeforeReplace: true,
};

/** What Docker's containers may do by default and Podman's may not: Podman always reports it as dropped. */
const NOT_IN_PODMAN = ["AUDIT_WRITE", "MKNOD", "NET_RAW"];

/**
 * Podman reports what "ALL" stands for, which would look like a change at each refresh. There it must do that the image's
 * user has no capabilities, and can't gain any.
 */
function hardening({ podman }: Parts): Pick<DockerContainerArgs, "capabilities" | "securityOpts"> {
  const drops = pulumi.output(podman).apply((is) => (is === true ? NOT_IN_PODMAN : ["ALL"]));
  return { capabilities: { drops }, securityOpts: ["no-new-privileges"] };
}

/** Podman reports these in a way of its own. */
function exceptInPodman<T extends object>(properties: T, { podman }: Parts) {
  const known = pulumi.output(podman);
  const entries = Object.entries(properties) as [keyof T, T[keyof T]][];
  return Object.fromEntries(
    entries.map(([property, value]) => [property, known.apply((is) => (is === true ? undefined : value))]),
  ) as { [K in keyof T]: pulumi.Output<T[K] | undefined> };
}

/**
 * What is mounted. The provider has two ways: `mounts`, which a refresh compares; and `volumes`, the only one that relabels
 * for SELinux, and that Podman does not give back changed.
 */
function mounts(
  { selinuxRelabel, volumes: { config = "", data = "" } = {} }: DockerTargetArgs,
  { volumes, cspFile, podman }: Parts,
  paths: Workload["container"]["paths"],
): Pick<DockerContainerArgs, "mounts" | "volumes"> {
  const all = [
    { isBind: isFolder(config), source: volumes.config, target: paths.config },
    { isBind: isFolder(data), source: volumes.data, target: paths.data },
    ...(cspFile === undefined
      ? []
      : [{ isBind: true, source: cspFile, target: paths.csp, access: { readOnly: true } }]),
  ].map(({ isBind, source, target, access }) => ({
    mount: { type: isBind ? "bind" : "volume", source, target, ...access },
    volume: {
      ...(isBind ? { hostPath: source } : { volumeName: source }),
      containerPath: target,
      ...access,
      ...(isBind && selinuxRelabel ? { selinuxRelabel } : {}),
    },
    isRelabelled: isBind && selinuxRelabel !== undefined,
  }));
  const known = pulumi.output(podman);
  return {
    mounts: known.apply((is) => all.filter((one) => !is && !one.isRelabelled).map(({ mount }) => mount)),
    volumes: known.apply((is) => {
      const older = all.filter((one) => is === true || one.isRelabelled).map(({ volume }) => volume);
      return older.length === 0 ? undefined : older;
    }),
  };
}
