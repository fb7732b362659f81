import { openDocker, type DockerHostSettings } from "@ocis-pocket-id/components/docker-host";
import { text } from "node:stream/consumers";
import { removeAccess } from "./volumes";

/** What the watchdog must do if its parent ends without having done it. */
export interface Orders {
  readonly settings: DockerHostSettings;
  /** Container with the volumes, to remove. */
  readonly access: string;
  /** Containers to start, in this order. */
  readonly containers: readonly string[];
}

/** The last line, if the parent did all this itself. */
export const DONE = "done";

/** A process of its own, which outlives the one that stopped the containers, even if that was killed. */
async function main(): Promise<void> {
  const [orders = "", end] = (await text(process.stdin)).split("\n");
  if (end === DONE) return;
  const { settings, access, containers } = JSON.parse(orders) as Orders;
  const docker = openDocker()(settings);
  for (const container of containers) {
    // One that is still stopping would stop after its start.
    await docker.stopContainer(container).catch(() => undefined);
    await docker.startContainer(container).catch(() => undefined);
  }
  await removeAccess(docker, access).catch(() => undefined);
}

if (require.main === module) {
  // Ctrl-C is meant for the parent.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  void main();
}
