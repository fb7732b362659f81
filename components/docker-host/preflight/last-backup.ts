import { type Product, productOf } from "../../settings/products";
import type { Docker } from "../docker";
import type { Plan } from "./data";

/** Below oCIS's configuration: `ocis-pocket-id backup` writes there when its last backup was made. */
export const LAST_BACKUP = ".last-backup.json";

/** When the last backup was made; undefined without one. The container need not run. */
export async function lastBackup(
  docker: Docker,
  container: string,
  { key }: Product,
): Promise<Date | undefined> {
  const text = (await docker.readFile(container, `/etc/${key}/${LAST_BACKUP}`))?.toString("utf8");
  try {
    const { time } = JSON.parse(text ?? "") as { time?: unknown };
    const date = new Date(typeof time === "string" ? time : NaN);
    return Number.isNaN(date.getTime()) ? undefined : date;
  } catch {
    return undefined;
  }
}

/**
 * The same as an input, for policies: `none` without a backup; undefined if there can't be one yet, as before the first `up`.
 *
 * @param olds inputs of the last `up`
 */
export async function backupInState(
  docker: Docker,
  { product }: Pick<Plan, "product">,
  olds: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const { containerName } = olds;
  if (typeof containerName !== "string") return undefined;
  const date = await lastBackup(docker, containerName, productOf(product));
  if (date !== undefined) return date.toISOString();
  // Without a container nobody can look.
  return (await docker.findContainer(containerName)) === undefined ? textOf(olds["lastBackup"]) : "none";
}

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);
