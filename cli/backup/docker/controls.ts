import { type Docker, shellWord } from "@ocis-pocket-id/components/docker-host";
import type { Controls } from "../host";
import { removeAccess } from "./volumes";

/** Containers of a Docker host. @param access the container with the volumes */
export const dockerControls = (docker: Docker, access: string): Controls => ({
  isRunning: async (container) => (await docker.findContainer(container))?.State.Running === true,
  stop: (container) => docker.stopContainer(container),
  start: (container) => docker.startContainer(container),
  startCommand: (container) => `docker start ${shellWord(container)}`,
  removeAccess: () => removeAccess(docker, access),
});
