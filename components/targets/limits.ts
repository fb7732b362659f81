import { ProgramError } from "@ocis-pocket-id/providers";
import type { ContainerArgs } from "@pulumi/docker";

/** How much of the Docker host a container may use; 0 for no limit. */
export interface Limits {
  /** Memory in MiB, at least 512. Docker stops a container that needs more, and starts it again. @default 4096; 1024 for others than oCIS */
  memory?: number | undefined;
  /** Number of CPUs: `1.5`. At most those of the host. @default 0 */
  cpus?: number | undefined;
  /** Size of the log in MiB, at least 5; the oldest lines go first. 0 leaves the log to the host's settings. @default 50 */
  logs?: number | undefined;
}

/** What a container gets unless a program sets it. */
export const DEFAULT_LIMITS = { memory: 4096, cpus: 0, logs: 50 };
/** The same for Pocket ID and the TLS proxy, which need less. */
export const SMALL_LIMITS = { ...DEFAULT_LIMITS, memory: 1024 };

/** A log has this many files, of which Docker deletes the oldest. */
const LOG_FILES = 5;
const LOG_DRIVER = "local";

/** The limits as Docker's provider takes them. @throws ProgramError for values that make no sense */
export function dockerLimits(limits: Limits = {}, defaults = DEFAULT_LIMITS) {
  const { memory, cpus, log } = checked(limits, defaults);
  return {
    // Without memorySwap, the provider would show Docker's own value as a change forever. Hosts that can't limit it have -1 too.
    ...(memory === 0 ? {} : { memory, memorySwap: -1 }),
    ...(cpus === 0 ? {} : { cpus: String(cpus) }),
    ...(log && { logDriver: LOG_DRIVER, logOpts: log }),
  } satisfies Partial<ContainerArgs>;
}

/** The limits as a Swarm takes them for each task. @throws ProgramError for values that make no sense */
export function serviceLimits(limits: Limits = {}) {
  const { memory, cpus, log } = checked(limits, DEFAULT_LIMITS);
  const limited = {
    ...(memory === 0 ? {} : { memoryBytes: memory * 2 ** 20 }),
    ...(cpus === 0 ? {} : { nanoCpus: Math.round(cpus * 1e9) }),
  };
  return {
    ...(Object.keys(limited).length === 0 ? {} : { resources: { limits: limited } }),
    ...(log && { logDriver: { name: LOG_DRIVER, options: log } }),
  };
}

/** The limits as Docker Compose takes them. @throws ProgramError for values that make no sense */
export function composeLimits(limits: Limits = {}) {
  const { memory, cpus, log } = checked(limits, DEFAULT_LIMITS);
  return {
    ...(memory === 0 ? {} : { mem_limit: `${memory}m`, memswap_limit: -1 }),
    ...(cpus === 0 ? {} : { cpus }),
    ...(log && { logging: { driver: LOG_DRIVER, options: log } }),
  };
}

/** The limits with their defaults. @throws ProgramError for values that make no sense */
export function checkedLimits(limits: Limits = {}, defaults = DEFAULT_LIMITS) {
  return checked(limits, defaults);
}

function checked(limits: Limits, defaults: typeof DEFAULT_LIMITS) {
  const { memory = defaults.memory, cpus = defaults.cpus, logs = defaults.logs } = limits;
  const refuse = (field: keyof Limits, value: number, form: string) => {
    throw new ProgramError(`limits.${field} is ${value}, but must be ${form}, or 0 for no limit`);
  };
  const isWhole = (value: number, least: number) =>
    value === 0 || (Number.isInteger(value) && value >= least);
  if (!isWhole(memory, 512)) refuse("memory", memory, "a whole number of MiB, at least 512");
  if (!(cpus === 0 || (cpus >= 0.01 && cpus <= 1024))) refuse("cpus", cpus, "a number of CPUs like 1.5");
  if (!isWhole(logs, LOG_FILES)) refuse("logs", logs, `a whole number of MiB, at least ${LOG_FILES}`);
  const log = { "max-file": String(LOG_FILES), "max-size": `${Math.floor(logs / LOG_FILES)}m` };
  return { memory, cpus, log: logs === 0 ? undefined : log };
}
