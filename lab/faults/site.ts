import type { Engine } from "ocis-pocket-id/engine";
import { type CompanyNames, companyConfig, type Generation } from "./company";
import { type Aliases, digest, normalContent, normalState } from "./normal-form";
import { CompanyServer, groupAliases, type Server } from "./pocket-id";
import { type FaultProxy, faultProxy } from "./proxy";
import { companyStack, type CompanyStack, type Outcome } from "./stack";
import { ClosedClients } from "./watch";

/** What is in Pocket ID and in the stack's state, in normal form. */
export interface Picture {
  readonly content: string;
  /** The same for two sites that go on in the same way. */
  readonly key: string;
}

/** A company's stack, its Pocket ID, and the proxy between: one run after the other. */
export class Site {
  /** Where the stack stands for certain; undefined when that must be made first. */
  standing: "nothing" | Generation | undefined;
  /** Aliases of the groups that were there before the run. */
  private before: Aliases = new Map();

  private constructor(
    readonly company: CompanyServer,
    readonly stack: CompanyStack,
    readonly proxy: FaultProxy,
    readonly watch: ClosedClients,
  ) {}

  static async open(engine: Engine, directory: string, server: Server, names: CompanyNames): Promise<Site> {
    const company = new CompanyServer(server, names);
    await company.open();
    const watch = new ClosedClients(company);
    const proxy = await faultProxy(server.url, watch);
    const connection = {
      "ocis-pocket-id:issuer": { value: server.issuer },
      "pocketid:url": { value: proxy.url },
      "pocketid:apiKey": { value: server.apiKey, secret: true },
      // Long enough for a server on this machine, and a request that hangs is over soon.
      "pocketid:timeoutSeconds": { value: "2" },
    };
    const stack = await companyStack(engine, directory, (generation, bundle) => ({
      ...companyConfig(names, generation, bundle),
      ...connection,
    }));
    return new Site(company, stack, proxy, watch);
  }

  /** Brings the site to a start of which all is known, with the settings of the generation to go to. */
  async begin(at: "nothing" | Generation, to: Generation): Promise<void> {
    await this.proxy.plan(undefined);
    if (this.standing !== at) await this.rebuild(at);
    this.standing = undefined;
    this.before = groupAliases(await this.company.content(), this.company.names);
    this.stack.configure(to);
    this.watch.violations.length = 0;
  }

  async picture(): Promise<Picture> {
    const content = await this.company.content();
    // A group that was there before is known by its ID; one made anew in its place is not.
    const aliases = this.before.size > 0 ? this.before : groupAliases(content, this.company.names);
    const all: Aliases = new Map([
      ...aliases,
      [this.stack.bundle, "<bundle>"],
      [this.proxy.url, "<Pocket ID>"],
      [this.company.server.issuer, "<issuer>"],
    ]);
    const normal = normalContent(content, all);
    return { content: normal, key: digest(normal, normalState(this.stack.state(), all)) };
  }

  async close(): Promise<void> {
    await this.proxy.close();
    this.stack.remove();
    await this.company.close();
  }

  private async rebuild(at: "nothing" | Generation): Promise<void> {
    await this.company.empty();
    this.stack.forget();
    if (at === "nothing") return;
    this.stack.configure(at);
    succeeded(await this.stack.run("up"));
  }
}

/** For a run that nothing disturbs. */
export function succeeded({ ok, text }: Outcome): void {
  if (!ok) throw new Error(`an undisturbed run failed:\n${text}`);
}
