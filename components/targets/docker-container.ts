import type { ContainerArgs as DockerContainerArgs } from "@pulumi/docker";
import type { types } from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { isFolder } from "../docker-host/preflight/data";
import type { DockerTargetArgs, OcisSettings, Publish } from "./arguments";
import {
  checkedHost,
  checkedPem,
  GRACE_SECONDS,
  HASH_LABELS,
  HEALTHCHECK,
  OCIS_PORT,
  PATHS,
  sha256,
  startScript,
} from "./container";

/** What the container is made of. */
export interface Parts {
  name: string;
  image: pulumi.Input<string>;
  labels: readonly Label[];
  volumes: { config: pulumi.Input<string>; data: pulumi.Input<string> };
  /** The network of its own; undefined for the existing ones of the arguments. */
  network: pulumi.Input<string> | undefined;
  published: Required<Publish> | undefined;
  adminPassword: pulumi.Input<string>;
  /** Path of csp.yaml on the Docker host; undefined to upload it. */
  cspFile: pulumi.Input<string> | undefined;
}

interface Label {
  label: string;
  value: pulumi.Input<string>;
}

/**
 * Everything of the container. The spellings are those that Docker gives back, as any other would show as a change for ever;
 * what the provider calls an update and does not do is in the resource's `replaceOnChanges`.
 */
export function containerArgs(
  settings: OcisSettings,
  args: DockerTargetArgs,
  parts: Parts,
): DockerContainerArgs {
  const { published } = parts;
  const csp = pulumi.output(settings.contentSecurityPolicy);
  const authority =
    args.caCertificate === undefined ? undefined : checkedPem(args.caCertificate, "caCertificate");
  return {
    name: parts.name,
    image: parts.image,
    entrypoints: ["/bin/sh"],
    command: ["-c", startScript(PATHS.adminPassword)],
    envs: pulumi.output(settings.environment).apply((environment) =>
      Object.entries({ ...environment, ...tlsEnvironment(args) })
        .map(([variable, value]) => `${variable}=${value}`)
        .sort(),
    ),
    labels: [
      ...parts.labels,
      { label: HASH_LABELS.csp, value: csp.apply(sha256) },
      ...(authority === undefined ? [] : [{ label: HASH_LABELS.authority, value: authority.apply(sha256) }]),
    ],
    ...mounts(args, parts),
    uploads: uploads(args, parts, csp, authority),
    ports:
      published === undefined ? [] : [{ internal: OCIS_PORT, external: published.port, ip: published.ip }],
    networksAdvanced:
      parts.network === undefined
        ? (args.networks ?? []).map((network) => ({ ...network }))
        : [{ name: parts.network }],
    hosts: (args.extraHosts ?? []).map(checkedHost),
    healthcheck: {
      tests: [...HEALTHCHECK.test],
      interval: HEALTHCHECK.interval,
      timeout: HEALTHCHECK.timeout,
      retries: HEALTHCHECK.retries,
      startPeriod: HEALTHCHECK.startPeriod,
    },
    // After a crash of Docker itself, `unless-stopped` leaves it down.
    restart: "always",
    // Without this one the provider kills oCIS at once, whatever stopTimeout says.
    destroyGraceSeconds: GRACE_SECONDS,
    stopTimeout: GRACE_SECONDS,
    ...(args.hardening === false
      ? {}
      : { capabilities: { drops: ["ALL"] }, securityOpts: ["no-new-privileges:true"] }),
  };
}

/** What is mounted. Docker relabels for SELinux only what is mounted the older way, which the provider calls `volumes`. */
function mounts(
  { selinuxRelabel, volumes: { config = "", data = "" } = {} }: DockerTargetArgs,
  { volumes, cspFile }: Parts,
): Pick<DockerContainerArgs, "mounts" | "volumes"> {
  const all = [
    { isFolder: isFolder(config), source: volumes.config, target: PATHS.config, readOnly: false },
    { isFolder: isFolder(data), source: volumes.data, target: PATHS.data, readOnly: false },
    ...(cspFile === undefined
      ? []
      : [{ isFolder: true, source: cspFile, target: PATHS.csp, readOnly: true }]),
  ];
  const relabelled = all.filter(({ isFolder }) => isFolder && selinuxRelabel !== undefined);
  return {
    mounts: all
      .filter((mount) => !relabelled.includes(mount))
      .map(({ isFolder, source, target, readOnly }) => {
        return { type: isFolder ? "bind" : "volume", source, target, ...(readOnly ? { readOnly } : {}) };
      }),
    ...(relabelled.length === 0
      ? {}
      : {
          volumes: relabelled.map(({ source, target, readOnly }) => {
            return { hostPath: source, containerPath: target, readOnly, selinuxRelabel };
          }),
        }),
  };
}

/** Files that are copied in before the start. One secret makes the whole list secret in previews; hence environment and csp are not in it by default. */
function uploads(
  { tls }: DockerTargetArgs,
  { adminPassword, cspFile }: Parts,
  csp: pulumi.Output<string>,
  authority: pulumi.Output<string> | undefined,
): types.input.ContainerUpload[] {
  const own = typeof tls === "object" ? tls : undefined;
  return [
    { file: PATHS.adminPassword, content: adminPassword },
    ...(cspFile === undefined ? [{ file: PATHS.csp, content: csp }] : []),
    ...(authority === undefined ? [] : [{ file: PATHS.authority, content: authority }]),
    ...(own === undefined
      ? []
      : [
          { file: PATHS.certificate, content: checkedPem(own.certificate, "tls.certificate") },
          { file: PATHS.privateKey, content: pulumi.secret(checkedPem(own.privateKey, "tls.privateKey")) },
        ]),
  ];
}

function tlsEnvironment({ tls }: DockerTargetArgs): Record<string, string> {
  if (typeof tls !== "object") return {};
  return { PROXY_TRANSPORT_TLS_CERT: PATHS.certificate, PROXY_TRANSPORT_TLS_KEY: PATHS.privateKey };
}
