import type { Product } from "../../settings/products";
import { DockerError } from "../api";
import type { Runner } from "./ask";
import type { Verdict } from "../waiting";

/** After this long they can't be asked, rather than that they haven't started. */
const PATIENCE_MS = 20_000;

/**
 * Looks whether the services have started that people need behind the proxy: graph creates accounts, idm stores them, users
 * finds them, and storage-users stores files. They start a moment after the discovery document is served; until then people get
 * HTTP 500 or 502.
 *
 * @returns why people must wait; undefined when they needn't
 */
export function watchServices(runner: Runner, product: Product) {
  let since: number | undefined;
  return async (container: string): Promise<Verdict | undefined> => {
    since ??= Date.now();
    if (Date.now() - since > PATIENCE_MS || (await haveStarted(runner, container, product))) return undefined;
    const reason =
      "its services graph, idm, users and storage-users haven't all started yet: raise readiness.timeoutSeconds";
    return { hopeless: false, reason };
  };
}

async function haveStarted(runner: Runner, container: string, { key, prefix }: Product): Promise<boolean> {
  // Somebody who has another directory of accounts has turned idm off.
  const idm = `case ",$${prefix}_EXCLUDE_RUN_SERVICES," in *,idm,*) ;; *) ${key} idm health;; esac`;
  try {
    const services = ["storage-users", "graph", "users"].map((service) => `${key} ${service} health`);
    const script = `{ ${services.join(" && ")} && ${idm}; } >/dev/null 2>&1`;
    const { exitCode } = await runner.run(container, ["/bin/sh", "-c", script]);
    return exitCode === 0;
  } catch (error) {
    // The container may have stopped since we looked at it.
    if (error instanceof DockerError) return false;
    throw error;
  }
}
