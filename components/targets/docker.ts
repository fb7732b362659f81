import { join } from "node:path";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { OWNER_LABEL } from "../docker-host/owner-label";
import { DockerPreflight } from "../docker-host/preflight/resource";
import { OcisReady } from "../docker-host/readiness/resource";
import { GeneratedSecret } from "../generated-secret/resource";
import { LocalFiles } from "../local-files/resource";
import { type DockerTargetArgs, type OcisSettings, usesOwnTls } from "./arguments";
import { publishedAt } from "./container";
import { containerArgs } from "./docker-container";
import { DEFAULT_OCIS_IMAGE } from "./image";
import { dockerName, ownerName, plainName } from "./names";

/** What {@link dockerTarget} made. */
export interface DockerTarget {
  containerName: pulumi.Output<string>;
  containerId: pulumi.Output<string>;
  /** The volumes, which outlive everything: back them up together. */
  volumeNames: { config: pulumi.Output<string>; data: pulumi.Output<string> };
  /** The network of its own; undefined when it joins existing ones. */
  networkName: pulumi.Output<string> | undefined;
  /** `http://127.0.0.1:9200`; undefined when no port is published. */
  publishedUrl: string | undefined;
  /** The password that oCIS's first start gives its built-in admin; volumes that are older keep theirs. */
  adminPassword: pulumi.Output<string>;
  /** What to depend on for an oCIS that people can log in to. */
  ready: pulumi.Resource;
}

/**
 * Runs oCIS in a container of one Docker host. Both volumes stay when all else is destroyed, and the next `up` finds them.
 *
 * @param name the component's name, part of every name in Docker.
 * @param options `parent` of every child; `dependsOn` is what the container waits for. Docker's provider comes with the parent.
 */
export function dockerTarget(
  name: string,
  settings: OcisSettings,
  args: DockerTargetArgs,
  options: pulumi.CustomResourceOptions,
): DockerTarget {
  const { dependsOn = [], ...inParent } = options;
  const host = args.dockerHost ?? new pulumi.Config("docker").get("host");
  const dockerHost = host === undefined ? {} : { dockerHost: host };
  const labels = [{ label: OWNER_LABEL, value: ownerName(name) }];
  const tls = usesOwnTls(args);
  const published = publishedAt(args);
  const image = args.image ?? DEFAULT_OCIS_IMAGE;
  const volumeNames = {
    config: `${dockerName(name)}-config`,
    data: `${dockerName(name)}-data`,
    ...args.volumeNames,
  };

  const preflight = new DockerPreflight(
    `${name}-preflight`,
    {
      ...dockerHost,
      owner: ownerName(name),
      containerName: dockerName(name),
      image,
      configVolume: volumeNames.config,
      dataVolume: volumeNames.data,
      adoptVolumes: args.adoptVolumes ?? false,
      allowDowngrade: args.allowDowngrade ?? false,
      networks: (args.networks ?? []).map((network) => network.name),
      ports: published === undefined ? [] : [published],
    },
    inParent,
  );
  const child = { ...inParent, dependsOn: [preflight] };
  const inDocker = { ...child, ...dockerProvider(name, host, args, inParent) };

  const adminPassword = new GeneratedSecret(`${name}-admin-password`, {}, child).value;
  const cspFile = deliversByMount(host, args) ? cspOnDisk(name, settings, child) : undefined;
  const volume = (kind: "config" | "data") =>
    new docker.Volume(
      `${name}-${kind}`,
      { name: volumeNames[kind], labels },
      {
        ...inDocker,
        retainOnDelete: true,
        // Docker can't relabel a volume: the provider would delete it and make an empty one.
        ignoreChanges: ["labels"],
        ...(args.protect === undefined ? {} : { protect: args.protect }),
      },
    ).name;
  const volumes = { config: volume("config"), data: volume("data") };
  const network =
    args.networks === undefined || args.networks.length === 0
      ? new docker.Network(`${name}-network`, { name: dockerName(name), labels }, inDocker)
      : undefined;
  const { imageId } = new docker.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, inDocker);

  const container = new docker.Container(
    `${name}-container`,
    containerArgs(settings, args, {
      name: dockerName(name),
      image: imageId,
      labels,
      volumes,
      network: network?.name,
      published,
      adminPassword,
      cspFile: cspFile?.path,
    }),
    pulumi.mergeOptions(
      { ...inDocker, dependsOn },
      {
        dependsOn: cspFile === undefined ? [preflight] : [preflight, cspFile.files],
        // The provider says that it updated these, and does not.
        replaceOnChanges: ["healthcheck", "tmpfs", "init"],
        deleteBeforeReplace: true,
      },
    ),
  );

  const ready =
    args.readiness === false
      ? container
      : new OcisReady(
          `${name}-ready`,
          {
            ...dockerHost,
            container: container.name,
            issuer: settings.issuer,
            tls,
            ...args.readiness,
            // Any change of environment, csp or certificates makes a new container.
            triggers: { containerId: container.id },
          },
          child,
        );
  return {
    containerName: container.name,
    containerId: container.id,
    volumeNames: volumes,
    networkName: network?.name,
    publishedUrl:
      published === undefined ? undefined : `${tls ? "https" : "http"}://${published.ip}:${published.port}`,
    adminPassword,
    ready,
  };
}

/** A provider of its own where the default one won't do. */
function dockerProvider(
  name: string,
  host: pulumi.Input<string> | undefined,
  { dockerHost, registry }: DockerTargetArgs,
  options: pulumi.CustomResourceOptions,
): { provider?: docker.Provider } {
  if (dockerHost === undefined && registry === undefined) return {};
  const login =
    registry === undefined
      ? {}
      : { registryAuth: [{ ...registry, password: pulumi.secret(registry.password) }] };
  const address = host === undefined ? {} : { host };
  return { provider: new docker.Provider(`${name}-docker`, { ...address, ...login }, options) };
}

/** Docker on another machine does not see our files. An address that the program computes is another machine's. */
function deliversByMount(host: pulumi.Input<string> | undefined, { cspDelivery }: DockerTargetArgs): boolean {
  if (cspDelivery !== undefined) return cspDelivery === "mount";
  const address = host ?? process.env["DOCKER_HOST"] ?? "";
  return typeof address === "string" && !/^(tcp|ssh|https?):/.test(address);
}

function cspOnDisk(
  name: string,
  { contentSecurityPolicy }: OcisSettings,
  options: pulumi.CustomResourceOptions,
) {
  const files = new LocalFiles(
    `${name}-csp`,
    {
      directory: `.ocis-pocket-id/${plainName(`${pulumi.getStack()}-${name}`)}`,
      files: { "csp.yaml": contentSecurityPolicy },
      // The folder is ours by its name: what an interrupted run left there is no reason to stop.
      adopt: "ifExists",
    },
    options,
  );
  return { files, path: files.absoluteDirectory.apply((directory) => join(directory, "csp.yaml")) };
}
