import { createHash } from "node:crypto";
import type { Engine } from "ocis-pocket-id/engine";
import { type FaultProxy, faultProxy } from "../../emulator/fault-proxy";
import type { Server } from "../server";
import { type Aliases, normalContent, normalState } from "./checks";
import { Company, type Generation } from "./company";
import { companyStack, type CompanyStack, type Outcome } from "./stack";

/** What a run starts from. */
type Start = "nothing" | Generation;

/** An undisturbed `up` and its result. */
export type Baseline = Awaited<ReturnType<TestBed["baseline"]>>;

/** A company's stack, its Pocket ID, and the proxy between them, for one run after the other. */
export class TestBed {
  /** What is certainly deployed; undefined when it must be rebuilt first. */
  deployed: Start | undefined;
  /** Aliases of the groups that existed before the run. */
  private before: Aliases = new Map();

  private constructor(
    readonly company: Company,
    readonly stack: CompanyStack,
    readonly proxy: FaultProxy,
  ) {}

  static async open(engine: Engine, directory: string, server: Server, prefix: string): Promise<TestBed> {
    const company = new Company(server, prefix);
    await company.open();
    const proxy = await faultProxy(server.url, company);
    const connection = {
      "ocis-pocket-id:issuer": { value: server.issuer },
      "pocketid:url": { value: proxy.url },
      "pocketid:apiKey": { value: server.apiKey, secret: true },
      // Long enough for a server on this machine, and short for a request that hangs.
      "pocketid:timeoutSeconds": { value: "2" },
    };
    const stack = await companyStack(engine, directory, (generation, bundle) => ({
      ...company.config(generation, bundle),
      ...connection,
    }));
    return new TestBed(company, stack, proxy);
  }

  /** The undisturbed run that leads from one generation to another. */
  async baseline(from: Start, to: Generation) {
    await this.begin(from, to);
    succeeded(await this.stack.run("up"));
    this.deployed = to;
    return { from, to, requests: [...this.proxy.requests], end: await this.snapshot() };
  }

  /** Returns to a known start, with the settings of the generation to go to. */
  async begin(from: Start, to: Generation): Promise<void> {
    await this.proxy.plan(undefined);
    if (this.deployed !== from) await this.rebuild(from);
    this.deployed = undefined;
    this.before = this.company.groupAliases(await this.company.content());
    this.stack.configure(to);
    this.company.violations.length = 0;
  }

  /** What is in Pocket ID, in normal form, and a key that is equal for two test beds that behave the same from here on. */
  async snapshot() {
    const found = await this.company.content();
    // A group that existed before is known by its ID; one that replaces it isn't.
    const aliases: Aliases = new Map([
      ...(this.before.size > 0 ? this.before : this.company.groupAliases(found)),
      [this.stack.bundle, "<bundle>"],
      [this.proxy.url, "<Pocket ID>"],
      [this.company.server.issuer, "<issuer>"],
    ]);
    const content = normalContent(found, aliases);
    const state = normalState(this.stack.state(), aliases);
    return { content, key: createHash("sha256").update(`${content}\n\n${state}`).digest("hex") };
  }

  async close(): Promise<void> {
    await this.proxy.close();
    this.stack.remove();
    await this.company.close();
  }

  private async rebuild(start: Start): Promise<void> {
    await this.company.empty();
    this.stack.reset();
    if (start === "nothing") return;
    this.stack.configure(start);
    succeeded(await this.stack.run("up"));
  }
}

function succeeded({ ok, text }: Outcome): void {
  if (!ok) throw new Error(`an undisturbed run failed:\n${text}`);
}
