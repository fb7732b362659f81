import type { ContainerArgs as DockerContainerArgs } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { isFolder } from "../docker-host/preflight/data";
import { sha256 } from "../local-files/disk";
import type { DockerTargetArgs, OcisSettings, Publish } from "./arguments";
import { checkedPem, initScript, type JoinedNetwork, OCIS, secretsScript } from "./container";
import { dockerLimits } from "./limits";

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
  /** PEM of a private authority. */
  authority: pulumi.Output<string> | undefined;
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
export function containerArgs(
  settings: OcisSettings,
  args: DockerTargetArgs,
  parts: Parts,
): DockerContainerArgs {
  const { authority, published } = parts;
  const own = typeof args.tls === "object" ? args.tls : undefined;
  const tlsEnvironment = own && {
    PROXY_TRANSPORT_TLS_CERT: OCIS.paths.certificate,
    PROXY_TRANSPORT_TLS_KEY: OCIS.paths.privateKey,
  };
  const csp = pulumi.output(settings.contentSecurityPolicy);
  return {
    name: parts.name,
    image: parts.image,
    entrypoints: ["/bin/sh"],
    command: [
      "-c",
      parts.secretsIn.apply((place) =>
        place === "stack" ? secretsScript() : initScript(OCIS.paths.adminPassword),
      ),
    ],
    envs: pulumi
      .all([settings.environment, settings.secretEnvironment ?? {}])
      .apply(([environment, secrets]) =>
        Object.entries({ ...environment, ...secrets, ...tlsEnvironment })
          .map(([variable, value]) => `${variable}=${value}`)
          .sort(),
      ),
    labels: [
      ...parts.labels,
      { label: OCIS.hashLabels.csp, value: csp.apply(sha256) },
      ...(authority === undefined
        ? []
        : [{ label: OCIS.hashLabels.authority, value: authority.apply(sha256) }]),
    ],
    ...mounts(args, parts),
    // Copied in before the start. One secret makes the whole list secret in previews; hence environment and csp aren't in it
    // by default.
    uploads: [
      firstFile(parts),
      ...(parts.cspFile === undefined ? [{ file: OCIS.paths.csp, content: csp }] : []),
      ...(authority === undefined ? [] : [{ file: OCIS.paths.authority, content: authority }]),
      ...(own === undefined
        ? []
        : [
            { file: OCIS.paths.certificate, content: checkedPem(own.certificate, "tls.certificate") },
            {
              file: OCIS.paths.privateKey,
              content: pulumi.secret(checkedPem(own.privateKey, "tls.privateKey")),
            },
          ]),
    ],
    ports: published ? [{ internal: OCIS.port, external: published.port, ip: published.ip }] : [],
    networksAdvanced: parts.networks,
    hosts: parts.extraHosts,
    healthcheck: { tests: OCIS.healthTest, ...OCIS.health },
    ...SERVICE,
    ...exceptInPodman(dockerLimits(args.limits), parts),
    ...(args.hardening === false ? {} : hardening(parts)),
  };
}

/** What the first start needs: the whole configuration, or the password for `ocis init`. */
function firstFile({ secretsIn, configuration, adminPassword }: Parts) {
  return secretsIn.apply((place) =>
    place === "stack"
      ? pulumi.output({ file: OCIS.paths.secrets, content: configuration })
      : pulumi.output({ file: OCIS.paths.adminPassword, content: adminPassword }),
  );
}

/** How a container of ours starts again, and stops. */
export const SERVICE = {
  // After a crash of Docker itself, `unless-stopped` leaves it down.
  restart: "always",
  // Without it, the provider kills the program at once, whatever stopTimeout is.
  destroyGraceSeconds: OCIS.graceSeconds,
  stopTimeout: OCIS.graceSeconds,
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
): Pick<DockerContainerArgs, "mounts" | "volumes"> {
  const all = [
    { isBind: isFolder(config), source: volumes.config, target: OCIS.paths.config },
    { isBind: isFolder(data), source: volumes.data, target: OCIS.paths.data },
    ...(cspFile === undefined
      ? []
      : [{ isBind: true, source: cspFile, target: OCIS.paths.csp, access: { readOnly: true } }]),
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
