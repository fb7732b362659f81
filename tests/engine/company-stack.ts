import { OcisWithPocketId, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import type * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { type EngineStack, engineStack } from "../support/engine";

const ISSUER = "https://pocket-id.company.test";

/** A resource as state has it. */
export interface Entry {
  urn: string;
  type: string;
  protect?: boolean;
  retainOnDelete?: boolean;
  provider?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

/** A stack for each test, and two servers: the stack's, and another one. */
export class CompanyStack {
  server!: Emulator;
  other!: Emulator;
  stack!: EngineStack;
  /** What the program declares; tests change it between runs. */
  declare: () => object = () => ({});

  /** To be called once, at the top of a suite. */
  static inEachTest(): CompanyStack {
    const company = new CompanyStack();
    beforeEach(() => company.start());
    afterEach(async () => {
      await company.stack.remove();
      await Promise.all([company.server.close(), company.other.close()]);
    });
    return company;
  }

  private async start(): Promise<void> {
    this.server = await startEmulator({ issuer: ISSUER });
    this.other = await startEmulator({ issuer: ISSUER, apiKey: "key-of-the-other-server" });
    for (const username of ["alice", "bob"]) this.server.addUser({ username });
    this.declare = () => ({});
    this.stack = await engineStack("ocis-pocket-id", () =>
      Promise.resolve(this.declare() as Record<string, unknown>),
    );
    await this.stack.setConfig({
      "pocketid:url": { value: this.server.url },
      "pocketid:apiKey": { value: this.server.apiKey, secret: true },
    });
  }

  /** Where the component writes its files. */
  get bundle(): string {
    return join(this.stack.directory, "bundle");
  }

  /** Declares the component, for a directory. */
  company(args: Partial<OcisWithPocketIdArgs> = {}, opts: pulumi.ComponentResourceOptions = {}) {
    const target = { type: "bundle", directory: this.bundle } as const;
    return new OcisWithPocketId("ocis", { domain: "company.test", target, ...args }, opts);
  }

  entries(): Entry[] {
    const { checkpoint } = JSON.parse(this.stack.state()) as {
      checkpoint: { latest: { resources: Entry[] } };
    };
    return checkpoint.latest.resources;
  }
}

export async function groupNames({ url, apiKey }: Emulator): Promise<string[]> {
  const answer = await fetch(`${url}/api/user-groups`, { headers: { "X-API-KEY": apiKey } });
  return ((await answer.json()) as { data: { name: string }[] }).data.map(({ name }) => name).sort();
}
