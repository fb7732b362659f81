import { DEFAULT_LIMITS } from "@ocis-pocket-id/components";
import type { KubernetesSetup, Part } from "./setup";

const UNITS: Readonly<Record<string, number>> = {
  ...{ "": 1, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
};
const LEAST_MEMORY = 512;

/** A quantity as Kubernetes writes it: `1.5`, `500m`, `4Gi`; undefined if it isn't one. */
export function quantity(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?(?:e\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** How much of a node the pod may use. */
export function importLimits({ memory = "", cpu = "" }: KubernetesSetup["limits"]): Part {
  const bytes = quantity(memory);
  const mebibytes = bytes === undefined ? undefined : Math.floor(bytes / 2 ** 20);
  const cpus = quantity(cpu);
  const fits = mebibytes !== undefined && mebibytes >= LEAST_MEMORY;
  const limits = { ...(fits && { memory: mebibytes }), ...(cpus !== undefined && { cpus }) };
  const now = mebibytes === undefined ? "isn't limited now" : `is limited to ${memory} now`;
  return {
    config: Object.keys(limits).length === 0 ? {} : { limits },
    changes: fits ? [] : [`memory, which ${now}, gets a limit of ${DEFAULT_LIMITS.memory} MiB (key limits)`],
  };
}
