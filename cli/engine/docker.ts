import { Docker, dockerHost } from "@ocis-pocket-id/components/docker-host";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { bounded, reasonOf } from "./reason";

export type DockerSearch =
  | {
      readonly available: true;
      /** As DOCKER_HOST would say it. A run must be given it: the Docker plugin knows /var/run/docker.sock only. */
      readonly host: string;
      readonly version: string;
    }
  | { readonly available: false; readonly reason: string };

/** Long enough for a Docker Desktop that is waking up, short enough for a demo that has another target. */
const LIMIT = 3_000;

/** Looks for a Docker engine that answers: the one of DOCKER_HOST, else the one on this system's default socket. */
export async function findDocker(): Promise<DockerSearch> {
  const host = address();
  try {
    const version = await bounded(new Docker(dockerHost({ host })).version(), LIMIT, "an answer");
    return { available: true, host, version };
  } catch (error) {
    const reason = reasonOf(error);
    // Errors of a request name the address themselves; a time limit doesn't.
    return {
      available: false,
      reason: reason.includes(host) ? reason : `Docker at ${host} does not answer: ${reason}`,
    };
  }
}

function address(): string {
  const chosen = process.env["DOCKER_HOST"];
  if (chosen !== undefined && chosen !== "") return chosen;
  if (process.platform === "win32") return "npipe:////./pipe/docker_engine";
  // Docker Desktop's own socket; /var/run/docker.sock is there only when its setting says so.
  const desktop = join(homedir(), ".docker", "run", "docker.sock");
  return `unix://${existsSync(desktop) ? desktop : "/var/run/docker.sock"}`;
}
