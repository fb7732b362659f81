import pLimit from "p-limit";
import type { Company } from "./companies";
import type { Operation } from "./jobs";

/** Runs work for a company when its turn comes. */
export type Schedule = <T>(company: Company, work: () => Promise<T>) => Promise<T>;

/** Limits how many companies run together, and how many of them on one Pocket ID. */
export function limitedSchedule(parallel: number, perServer: number): Schedule {
  const all = pLimit(parallel);
  const servers = new Map<string, pLimit.Limit>();
  return ({ server }, work) => {
    const limit = servers.get(server) ?? pLimit(perServer);
    servers.set(server, limit);
    // A company that waits for its server leaves room for companies of other servers.
    return limit(() => all(work));
  };
}

/**
 * Companies with `nativeClients: attach` join clients that another company of the same Pocket ID owns. So `up` runs them after
 * all that own theirs, and `destroy` runs them first.
 *
 * @param project the project's name, which prefixes that setting in stack files
 */
export function orderedSchedule(
  project: string,
  operation: Operation,
  companies: readonly Company[],
): Schedule {
  const isLater = ({ settings }: Company) =>
    (settings.config[`${project}:nativeClients`] === "attach") !== (operation === "destroy");
  const earlier = new Map(
    companies.filter((company) => !isLater(company)).map((company) => [company.name, pending(company)]),
  );
  return async (company, work) => {
    if (isLater(company)) {
      const onSameServer = [...earlier.values()].filter(({ server }) => server === company.server);
      await Promise.all(onSameServer.map(({ ended }) => ended));
    }
    try {
      return await work();
    } finally {
      earlier.get(company.name)?.end();
    }
  };
}

function pending({ server }: Company) {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { server, ended, end };
}
