import type { Company } from "./companies";
import type { Operation } from "./job";

/** Runs work for companies in an order that their shared clients ask for. */
export type InOrder = <T>(company: Company, work: () => Promise<T>) => Promise<T>;

/**
 * Companies with `nativeClients: attach` join clients that another company of the same Pocket ID owns: so they come up
 * after all that own theirs, and go first when things are taken away. All else is free.
 *
 * @param project name of the project, under which stack files keep that setting
 */
export function openOrder(project: string, operation: Operation, companies: readonly Company[]): InOrder {
  const isLater = ({ settings }: Company) =>
    (settings.config?.[`${project}:nativeClients`] === "attach") !== (operation === "destroy");
  const earlier = new Map(
    companies.filter((company) => !isLater(company)).map((company) => [company.name, pending(company)]),
  );
  return async (company, work) => {
    if (isLater(company)) {
      const its = [...earlier.values()].filter(({ server }) => server === company.server);
      await Promise.all(its.map(({ ended }) => ended));
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
