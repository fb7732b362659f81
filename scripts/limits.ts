import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import companyProgram from "../index";
import { rewriteGeneratedPart } from "./bench/page";
import { declareResources } from "./bench/resources";
import { type Engine, engineEnvironment, findEngine } from "./engine";
import { type LimitedServer, limitedServer } from "./limits/server";
import { type LimitedSource, limitedSource } from "./limits/limited-source";

/**
 * Stacks against Pocket ID's rate limiter, from an address that it limits: 300 resources made and refreshed, then 8
 * companies at once. `TEST_POCKET_ID_URL` and `TEST_POCKET_ID_API_KEY` name a real server on this machine. Takes minutes,
 * as v2.9 lets one request a second pass.
 */
const CACHE = path.join(__dirname, "..", "..", ".cache");
const PAGE = path.join(__dirname, "..", "..", "docs", "measurements.md");
const COMPANIES = 8;
/** v2.9 fills its bucket at one a second, up to a hundred. */
const FULL_BUCKET_MS = 105_000;

/** One line of the table. */
interface Row {
  readonly what: string;
  readonly seconds: number;
  readonly requests: number;
  readonly refused: number;
  readonly errors: number;
}

const say = (line: string) => {
  console.log(line);
};

async function main(): Promise<void> {
  const engine = await findEngine({ progress: say });
  const server = await limitedServer();
  const source = await limitedSource(server.url);
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(path.join(CACHE, "limits-"));
  try {
    const rows = await rowsOf({ engine, server, source, directory });
    const table = tableOf(server, rows);
    say(table);
    rewriteGeneratedPart(PAGE, table, "limits");
    if (rows.some(({ errors }) => errors > 0)) process.exitCode = 1;
  } finally {
    await source.close();
    await server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Place {
  readonly engine: Engine;
  readonly server: LimitedServer;
  readonly source: LimitedSource;
  readonly directory: string;
}

async function rowsOf(place: Place): Promise<Row[]> {
  const rows: Row[] = [];
  const big = await openStack(place, "resources", () => {
    declareResources(300, randomBytes(3).toString("hex"));
    return Promise.resolve();
  });
  await fullBucket(place);
  rows.push(await measured(place, "`up` of 100 groups with claims, and 100 clients", [big], "up"));
  await fullBucket(place);
  rows.push(await measured(place, "One refresh of the same", [big], "refresh"));
  await big.destroy();

  const companies = await Promise.all(
    Array.from({ length: COMPANIES }, (_, number) => openCompany(place, number)),
  );
  await fullBucket(place);
  rows.push(await measured(place, `\`up\` of ${COMPANIES} companies at once`, companies, "up"));
  rows.push(
    await measured(place, `\`preview --refresh\` of the ${COMPANIES} at once, then`, companies, "preview"),
  );
  for (const company of companies) await company.destroy();
  return rows;
}

async function fullBucket({ source }: Place): Promise<void> {
  say("waiting until the limiter's bucket is full");
  await sleep(FULL_BUCKET_MS);
  source.statuses.clear();
}

async function measured(
  { source }: Place,
  what: string,
  stacks: readonly Stack[],
  operation: "up" | "refresh" | "preview",
): Promise<Row> {
  say(what);
  source.statuses.clear();
  const start = performance.now();
  const onOutput = (text: string) => {
    if (/waiting|rate limit/i.test(text)) say(`  ${text.trim()}`);
  };
  const options = operation === "preview" ? { refresh: true, onOutput } : { onOutput };
  const results = await Promise.allSettled(stacks.map((stack) => stack[operation](options)));
  const failures = results.filter((result) => result.status === "rejected");
  for (const { reason } of failures) say(String(reason));
  const requests = [...source.statuses.values()].reduce((sum, count) => sum + count, 0);
  const seconds = (performance.now() - start) / 1_000;
  return { what, seconds, requests, refused: source.statuses.get(429) ?? 0, errors: failures.length };
}

async function openCompany(place: Place, number: number): Promise<Stack> {
  const name = `company${number}`;
  const unique = randomBytes(3).toString("hex");
  const stack = await openStack(place, name, () => Promise.resolve(companyProgram()));
  const groups = Object.fromEntries(
    ["admin", "spaceAdmin", "user", "guest"].map((role) => [role, `${name}-${role}-${unique}`]),
  );
  await stack.setAllConfig({
    "ocis-pocket-id:ocisHost": { value: `ocis.${name}-${unique}.example` },
    "ocis-pocket-id:issuer": { value: place.server.issuer },
    "ocis-pocket-id:target": { value: "bundle" },
    "ocis-pocket-id:bundleDirectory": { value: path.join(stack.workspace.workDir, "bundle") },
    "ocis-pocket-id:claimKey": { value: `roles_${unique}` },
    "ocis-pocket-id:groupNames": { value: JSON.stringify(groups) },
    "ocis-pocket-id:members": { value: JSON.stringify({ user: [await place.server.addPerson()] }) },
    // The native clients are one for all; who owns them is another matter than the limit.
    "ocis-pocket-id:nativeClients": { value: "none" },
  });
  return stack;
}

async function openStack(
  { engine, server, source, directory }: Place,
  name: string,
  program: PulumiFn,
): Promise<Stack> {
  const workDir = path.join(directory, name);
  const backendDirectory = path.join(workDir, "backend");
  mkdirSync(backendDirectory, { recursive: true });
  const envVars = engineEnvironment(engine, { backendDirectory, passphrase: "not a secret of anybody" });
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: "ocis-pocket-id", stackName: name, program },
    { workDir, pulumiCommand: engine.command, envVars },
  );
  await stack.setAllConfig({
    "pocketid:url": { value: source.url },
    "pocketid:apiKey": { value: server.apiKey, secret: true },
  });
  return stack;
}

function tableOf({ name }: LimitedServer, rows: readonly Row[]): string {
  const today = new Date().toISOString().slice(0, 10);
  return [
    `Measured on ${today} against ${name}, whose limiter was on, with a full bucket at the start of the first three.`,
    "",
    "| What | Seconds | Requests | Of these refused (429) | Errors |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...rows.map(({ what, seconds, requests, refused, errors }) =>
      ["", what, seconds.toFixed(0), requests, refused, errors, ""].join(" | ").trim(),
    ),
  ].join("\n");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
