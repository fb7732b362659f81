import pLimit from "p-limit";

/** Lets work start when there is room for it. */
export type Places = <T>(server: string, work: () => Promise<T>) => Promise<T>;

/**
 * Room for so many companies at a time, and for so many on one Pocket ID. Who waits for a server takes no room from the
 * companies of another one.
 */
export function openPlaces(parallel: number, perServer: number): Places {
  const all = pLimit(parallel);
  const servers = new Map<string, pLimit.Limit>();
  return (server, work) => {
    const its = servers.get(server) ?? pLimit(perServer);
    servers.set(server, its);
    return its(() => all(work));
  };
}
