import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Proxy } from "../emulator/proxy";
import companyProgram from "../index";
import { declareResources } from "./bench/resources";
import { environmentOf, experiment, type Laboratory } from "./experiment";
import { measuredWith, type Report } from "./report";
import { openServer, realServers, type Server } from "./server";

const COMPANIES = 8;
/** v2.9 refills its bucket by one token a second, up to a hundred. */
const FULL_BUCKET_MS = 105_000;
/** Pocket ID doesn't limit 127.0.0.1, so requests come from another address of this machine. */
const LIMITED_ADDRESS = "127.0.0.2";

/**
 * Stacks against Pocket ID's rate limiter: 300 resources created and refreshed, then 8 companies at once. Runs against the
 * emulator, or a real server on this machine. Takes minutes, since v2.9 admits one request a second.
 */
experiment("limits", async (laboratory) => {
  const server = await openServer(realServers()[0] ?? { rateLimiter: true });
  const statuses: number[] = [];
  const proxy = new Proxy(
    server.url,
    async ({ forward, reply }) => {
      const answer = await forward();
      statuses.push(answer.status);
      await reply(answer);
    },
    LIMITED_ADDRESS,
  );
  await proxy.listen();
  try {
    return await run({ ...laboratory, server, url: proxy.url, statuses });
  } finally {
    await proxy.close();
    await server.close();
  }
});

interface Setup extends Laboratory {
  readonly server: Server;
  /** Where stacks reach the server. */
  readonly url: string;
  /** Answers since the last reset. */
  readonly statuses: number[];
}

async function run(setup: Setup): Promise<Report> {
  const { engine, server, statuses, progress } = setup;
  const rows: (string | number)[][] = [];
  const failures: string[] = [];
  const fillBucket = async () => {
    progress("waiting until the limiter's bucket is full");
    await sleep(FULL_BUCKET_MS);
  };
  const measure = async (what: string, stacks: readonly Stack[], operation: "up" | "refresh" | "preview") => {
    progress(what);
    statuses.length = 0;
    const start = performance.now();
    const onOutput = (text: string) => {
      if (/waiting|rate limit/i.test(text)) progress(`  ${text.trim()}`);
    };
    const options = operation === "preview" ? { refresh: true, onOutput } : { onOutput };
    const results = await Promise.allSettled(stacks.map((stack) => stack[operation](options)));
    const failed = results.filter((result) => result.status === "rejected");
    for (const { reason } of failed) progress(String(reason));
    const seconds = ((performance.now() - start) / 1_000).toFixed(0);
    const refused = statuses.filter((status) => status === 429).length;
    rows.push([what, seconds, statuses.length, refused, failed.length]);
    if (failed.length > 0) failures.push(`${what}: ${failed.length} failed`);
  };
  const big = await openStack(setup, "resources", () => {
    declareResources(300, unique());
    return Promise.resolve();
  });
  await fillBucket();
  await measure("`up` of 100 groups, claims and clients", [big], "up");
  await fillBucket();
  await measure("Refresh of the same", [big], "refresh");
  await big.destroy();

  const opening = Array.from({ length: COMPANIES }, (_, number) => openCompany(setup, `company${number}`));
  const companies = await Promise.all(opening);
  await fillBucket();
  await measure(`\`up\` of ${COMPANIES} companies at once`, companies, "up");
  await measure(`\`preview --refresh\` of the ${COMPANIES} at once, then`, companies, "preview");
  for (const company of companies) await company.destroy();
  return {
    part: "limits",
    circumstances:
      `${measuredWith(engine)} against ${server.name} with its rate limiter on, and with a full bucket at the ` +
      "start of the first three.",
    tables: [{ headings: ["What", "Seconds", "Requests", "Refused (429)", "Errors"], rows }],
    failures,
  };
}

async function openCompany(setup: Setup, name: string): Promise<Stack> {
  const suffix = unique();
  const person = `person-${suffix}`;
  await setup.server.addPerson(person);
  const stack = await openStack(setup, name, companyProgram);
  const roles = ["admin", "spaceAdmin", "user", "guest"];
  const groupNames = Object.fromEntries(roles.map((role) => [role, `${name}-${role}-${suffix}`]));
  await stack.setAllConfig({
    "ocis-pocket-id:ocisHost": { value: `ocis.${name}-${suffix}.example` },
    "ocis-pocket-id:issuer": { value: setup.server.issuer },
    "ocis-pocket-id:target": { value: "bundle" },
    "ocis-pocket-id:bundleDirectory": { value: path.join(stack.workspace.workDir, "bundle") },
    "ocis-pocket-id:claimKey": { value: `roles_${suffix}` },
    "ocis-pocket-id:groupNames": { value: JSON.stringify(groupNames) },
    "ocis-pocket-id:members": { value: JSON.stringify({ user: [person] }) },
    // All companies would share these; who owns them has nothing to do with the limit.
    "ocis-pocket-id:nativeClients": { value: "none" },
  });
  return stack;
}

async function openStack(
  { engine, server, url, directory }: Setup,
  stackName: string,
  program: PulumiFn,
): Promise<Stack> {
  const workDir = path.join(directory, stackName);
  mkdirSync(path.join(workDir, "backend"), { recursive: true });
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: "ocis-pocket-id", stackName, program },
    { workDir, pulumiCommand: engine.command, envVars: environmentOf(engine, workDir) },
  );
  await stack.setAllConfig({
    "pocketid:url": { value: url },
    "pocketid:apiKey": { value: server.apiKey, secret: true },
  });
  return stack;
}

const unique = () => randomBytes(3).toString("hex");
