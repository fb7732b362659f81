import type { CompanyServer } from "./pocket-id";
import type { Witness } from "./proxy";

/** Watches that no client is ever open: all of the example company's are for members of its groups only. */
export class ClosedClients implements Witness {
  readonly violations: string[] = [];

  constructor(private readonly company: CompanyServer) {}

  before(method: string, url: string, body: string): void {
    if (!/^\/api\/oidc\/clients(\/[^/]+)?$/.test(url) || (method !== "POST" && method !== "PUT")) return;
    const { isGroupRestricted } = JSON.parse(body) as { isGroupRestricted?: boolean };
    if (isGroupRestricted !== true) {
      this.violations.push(`${method} ${url} was sent with isGroupRestricted ${String(isGroupRestricted)}`);
    }
  }

  async after(method: string, url: string): Promise<void> {
    if (method === "GET") return;
    for (const id of await this.company.openClients()) {
      this.violations.push(`client ${id} was open to everybody after ${method} ${url}`);
    }
  }
}
