import { openDocker } from "@ocis-pocket-id/components/docker-host";
import { openCluster } from "@ocis-pocket-id/components/kubernetes";
import { text } from "node:stream/consumers";
import { dockerControls } from "./docker/controls";
import type { Controls, Where } from "./host";
import { kubernetesControls } from "./kubernetes/controls";

/** What the watchdog must do if its parent ends without having done it. */
export interface Orders {
  /** Where the services are, and what gives access to volumes, to remove. */
  readonly where: Where;
  /** Services to start, in this order. */
  readonly services: readonly string[];
}

/** The last line, if the parent did all this itself. */
export const DONE = "done";

const controlsOf = (where: Where): Controls =>
  where.kind === "docker"
    ? dockerControls(openDocker()(where.settings), where.access)
    : kubernetesControls(openCluster()(where.settings), where.pods);

/** A process of its own, which outlives the one that stopped the services, even if that was killed. */
async function main(): Promise<void> {
  const [orders = "", end] = (await text(process.stdin)).split("\n");
  if (end === DONE) return;
  const { where, services } = JSON.parse(orders) as Orders;
  const controls = controlsOf(where);
  // A pod can't start on another node while a volume is in use.
  if (where.kind === "kubernetes") await controls.removeAccess().catch(() => undefined);
  for (const service of services) {
    // One that is still stopping would stop after its start.
    await controls.stop(service).catch(() => undefined);
    await controls.start(service).catch(() => undefined);
  }
  await controls.removeAccess().catch(() => undefined);
}

if (require.main === module) {
  // Ctrl-C is meant for the parent.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  void main();
}
