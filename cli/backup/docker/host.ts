import {
  type Docker,
  type DockerHostSettings,
  LAST_BACKUP,
  openDocker,
  OWNER_LABEL,
  shellWord,
} from "@ocis-pocket-id/components/docker-host";
import { Readable } from "node:stream";
import { type Host, isVolume, type Place, type Service } from "../host";
import type { Manifest } from "../manifest";
import type { Entry } from "../state";
import { tarOf } from "../tar";
import { dockerControls } from "./controls";
import { accessName, openVolumes } from "./volumes";

/**
 * A stack's containers and volumes on a Docker host.
 *
 * @param owner `project/stack`
 * @param image the image of a component
 */
export function dockerHost(
  settings: DockerHostSettings,
  owner: string,
  image: (component: string) => string | undefined,
): Host {
  const docker = openDocker()(settings);
  const access = accessName(owner);
  const hasVolume = async (source: string) => (await docker.findVolume(source)) !== undefined;
  const isFolder = ({ source }: Place) => source.startsWith("/");
  return {
    ...dockerControls(docker, access),
    name: `Docker at ${docker.host.url}`,
    where: { kind: "docker", settings, access },
    hasVolume: async (source) => source.startsWith("/") || (await hasVolume(source)),
    imagesOf: (services) => imagesOf(docker, services),
    openVolumes: (places, signal) => openVolumes(docker, access, places, image, signal),

    async record(services, time) {
      for (const { container, places } of services) {
        const config = places.find(({ kind }) => /^(ocis|opencloud)-config$/.test(kind));
        if (config === undefined) continue;
        const file = tarOf(LAST_BACKUP, `${JSON.stringify({ time })}\n`);
        const signal = AbortSignal.timeout(RECORD_MS);
        await docker.writeArchive(
          container,
          `/etc/${config.kind.replace("-config", "")}`,
          Readable.from([file]),
          signal,
        );
      }
    },

    async makeVolumes(places) {
      const created: string[] = [];
      const remove = async () => {
        for (const volume of created) await docker.removeVolume(volume).catch(() => undefined);
      };
      for (const place of places.filter(isVolume)) {
        if (isFolder(place) || (await hasVolume(place.source))) continue;
        try {
          await docker.createVolume(place.source, place.labels);
        } catch (error) {
          await remove();
          throw error;
        }
        created.push(place.source);
      }
      return remove;
    },

    async remove(containers, report) {
      for (const container of containers) {
        const found = await docker.findContainer(container);
        if (found?.Config.Labels?.[OWNER_LABEL]?.startsWith(`${owner}/`) !== true) continue;
        report(`removing container ${container}`);
        await docker.stopContainer(container);
        await docker.removeContainer(container);
      }
    },

    async clear(places) {
      for (const { source } of places) await docker.removeVolume(source);
    },

    removalCommands: (places) =>
      "`docker rm -f` for the stack's containers and " +
      `\`docker volume rm ${places.map(({ source }) => shellWord(source)).join(" ")}\``,

    async reconcile(entries) {
      const present: Entry[] = [];
      for (const entry of entries) if (await isThere(entry, docker)) present.push(entry);
      return present;
    },
  };
}

const RECORD_MS = 60_000;

async function imagesOf(docker: Docker, services: readonly Service[]): Promise<Manifest["images"]> {
  return Promise.all(
    services.map(async ({ component, container, image }) => {
      const running = (await docker.findContainer(container))?.Image ?? image;
      const found = await docker.findImage(running);
      return { component, container, name: image, id: running, digests: [...(found?.RepoDigests ?? [])] };
    }),
  );
}

async function isThere({ type, id = "", inputs = {} }: Entry, docker: Docker): Promise<boolean> {
  switch (type) {
    case "docker:index/container:Container":
      return (await docker.findContainer(id)) !== undefined;
    case "docker:index/network:Network":
      return (await docker.findNetwork(id)) !== undefined;
    case "docker:index/remoteImage:RemoteImage":
      return typeof inputs["name"] !== "string" || (await docker.findImage(inputs["name"])) !== undefined;
    default:
      return true;
  }
}
