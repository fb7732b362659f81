import { join } from "node:path";
import type * as docker from "@pulumi/docker";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { OWNER_LABEL } from "../../docker-host/answers";
import { type DockerHostSettings, dockerHost as resolveDockerHost } from "../../docker-host/host";
import { dockerSdk } from "../../docker-host/sdk";
import { isFolder } from "../../docker-host/preflight/data";
import { type DockerHostInputs, dockerHostInputs } from "../../docker-host/stack";
import { hostAndPort, plainName } from "../../docker-host/text";
import { defined } from "../../inputs";
import { DockerPreflight, GeneratedSecret, LocalFiles, OcisReady } from "../../resources";
import { fingerprintOf, ocisConfiguration } from "../../settings/ocis-yaml";
import { containerParts, type JoinedNetwork, readableByAll } from "../container";
import type { Deployment, Target, Workload } from "../workload";
import type { DockerTargetArgs } from "./arguments";
import { containerArgs, KEPT_VOLUME, OWN_NETWORK, REALLY_REPLACED } from "./container";

/** What {@link dockerTarget} made: the resources, and what is known of them. */
export interface DockerTarget extends Target {
  preflight: DockerPreflight;
  container: docker.Container;
  image: docker.RemoteImage;
  /** Without folders, which aren't resources. */
  volumes: { config?: docker.Volume; data?: docker.Volume };
  /** The network of its own; undefined when it joins existing ones. */
  network: docker.Network | undefined;
  /** The (first) network that the container is in, for containers beside it. */
  networkName: pulumi.Output<string>;
  /** csp.yaml on this machine; undefined when it is uploaded. */
  files: LocalFiles | undefined;
  /** From which oCIS's own secrets are derived; unused if they are in the config volume alone. */
  secrets: GeneratedSecret;
  /** The password that oCIS's first start gives its built-in admin; volumes that are older keep theirs. */
  adminPassword: GeneratedSecret;
  /** The wait for logins; undefined without one. */
  readiness: OcisReady | undefined;
  /** The volumes' names or the folders' paths, which destroy keeps; back them up together. */
  volumeNames: { config: pulumi.Output<string>; data: pulumi.Output<string> };
  /** `http://127.0.0.1:9200`; undefined when no port is published. */
  publishedUrl: string | undefined;
}

/**
 * Runs oCIS in a container of one Docker host. Both volumes stay when all else is destroyed, and the next `up` finds them.
 *
 * @param name the component's name, part of every name in Docker.
 * @param opts `parent` of every child, whose Docker provider they use; `dependsOn` is what the container waits for.
 */
export function dockerTarget(
  name: string,
  workload: Workload,
  args: DockerTargetArgs,
  opts: pulumi.CustomResourceOptions,
): DockerTarget {
  const sdk = dockerSdk();
  const { dependsOn = [], ...inParent } = opts;
  const host = dockerHostInputs(opts, args.dockerHost);
  const parts = containerParts(name, args);
  const { name: dockerName, owner, data: places, published, networks: joined } = parts;
  const labels = [{ label: OWNER_LABEL, value: owner }];
  const { image, issuer, tls } = workload;
  const { csp } = workload.files;
  const { key } = workload.container.product;
  // Not for oCIS, whose stacks would all change.
  const other = key === "ocis" ? {} : { product: key };

  const secrets = new GeneratedSecret(
    `${name}-secrets`,
    { length: 43 },
    { ...inParent, ...defined({ protect: args.protect }) },
  );
  const preflight = new DockerPreflight(
    `${name}-preflight`,
    {
      docker: host,
      ...other,
      owner,
      containerName: dockerName,
      image,
      configVolume: places.config,
      dataVolume: places.data,
      adoptVolumes: args.adoptVolumes ?? false,
      allowEmptyVolumes: args.allowEmptyVolumes ?? false,
      allowDowngrade: args.allowDowngrade ?? false,
      ...defined({ pocketIdImage: args.pocketIdImage, requireBackupHours: args.requireBackupHours }),
      // What another product's `init` writes isn't known here.
      ...defined({ ocisSecrets: key === "ocis" ? args.secrets : ("volume" as const) }),
      fingerprint: pulumi.unsecret(secrets.value.apply(fingerprintOf)),
      networks: joined?.apply((networks) => networks.map((network) => network.name)) ?? [],
      ports: published === undefined ? [] : [published],
    },
    inParent,
  );
  const child = { ...inParent, dependsOn: [preflight] };
  // Its own provider if the inherited one doesn't fit.
  const { dockerHost, registry } = args;
  const registryAuth = registry && [{ ...registry, password: pulumi.secret(registry.password) }];
  const providerArgs = { ...host, ...defined({ registryAuth }) };
  const needsItsOwn = dockerHost !== undefined || registry !== undefined;
  const provider = needsItsOwn ? new sdk.Provider(`${name}-docker`, providerArgs, inParent) : undefined;
  const inDocker = { ...child, ...defined({ provider }) };

  const adminPassword = new GeneratedSecret(`${name}-admin-password`, {}, child);
  const configuration = pulumi
    .all([secrets.value, adminPassword.value])
    .apply(([seed, password]) => ocisConfiguration({ seed, adminPassword: password }));
  const files = deliversByMount(host, args)
    ? new LocalFiles(
        `${name}-csp`,
        {
          directory: `.ocis-pocket-id/${plainName(`${pulumi.getStack()}-${name}`)}`,
          files: { [csp.name]: readableByAll(csp.text, csp.name) },
          // The folder is ours by its name: what an interrupted run left there doesn't stop this one.
          adopt: "ifExists",
        },
        child,
      )
    : undefined;
  const volume = (kind: "config" | "data") => {
    if (isFolder(places[kind])) return {};
    const volumeOpts = {
      ...inDocker,
      ...defined({ protect: args.protect }),
      ...KEPT_VOLUME,
    };
    return { [kind]: new sdk.Volume(`${name}-${kind}`, { name: places[kind], labels }, volumeOpts) };
  };
  const volumes: DockerTarget["volumes"] = { ...volume("config"), ...volume("data") };
  const volumeNames = {
    config: volumes.config?.name ?? pulumi.output(places.config),
    data: volumes.data?.name ?? pulumi.output(places.data),
  };
  const networkOpts = { ...inDocker, ...OWN_NETWORK };
  const network = joined
    ? undefined
    : new sdk.Network(`${name}-network`, { name: dockerName, labels }, networkOpts);
  const networks: pulumi.Output<JoinedNetwork[]> =
    joined ?? pulumi.output(network ? [{ name: network.name }] : []);
  const remoteImage = new sdk.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, inDocker);

  const container = new sdk.Container(
    `${name}-container`,
    containerArgs(workload, args, {
      ...parts,
      image: remoteImage.imageId,
      labels,
      volumes: volumeNames,
      networks,
      adminPassword: adminPassword.value,
      ...{ secretsIn: preflight.secretsIn, configuration },
      cspFile: files?.absoluteDirectory.apply((directory) => join(directory, csp.name)),
      podman: preflight.podman,
    }),
    pulumi.mergeOptions(
      { ...inDocker, dependsOn },
      {
        dependsOn: files === undefined ? [preflight] : [preflight, files],
        ...REALLY_REPLACED,
      },
    ),
  );

  const readiness =
    args.readiness === false
      ? undefined
      : new OcisReady(
          `${name}-ready`,
          {
            docker: host,
            ...other,
            container: container.name,
            issuer,
            tls,
            ...args.readiness,
            // Any change of environment, csp or certificates replaces the container.
            triggers: { containerId: container.id },
          },
          child,
        );
  const publishedUrl =
    published && `${tls ? "https" : "http"}://${hostAndPort(published.ip, published.port)}`;
  const summary = pulumi
    .all([container.name, volumeNames.config, volumeNames.data, preflight.secretsIn])
    .apply(([containerName, config, data, place = "volume"]): Deployment => ({
      target: "docker",
      container: containerName,
      volumes: { config, data },
      secrets: place,
      ...(publishedUrl === undefined ? {} : { publishedUrl }),
    }));
  return {
    preflight,
    container,
    image: remoteImage,
    volumes,
    network,
    networkName: networks.apply(([first]) => first?.name ?? ""),
    files,
    secrets,
    adminPassword,
    readiness,
    volumeNames,
    publishedUrl,
    ready: readiness ?? container,
    summary,
  };
}

/**
 * Docker on another machine doesn't see our files. An address that only the running program knows is taken for another
 * machine's.
 */
function deliversByMount(host: DockerHostInputs, { cspDelivery }: DockerTargetArgs): boolean {
  if (cspDelivery !== undefined) return cspDelivery === "mount";
  if (Object.values(host).some((value) => pulumi.Output.isInstance(value))) return false;
  try {
    return resolveDockerHost(host as DockerHostSettings).isLocal;
  } catch {
    // The preflight reports its problem.
    return false;
  }
}
