import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import companyProgram from "../index";
import { declareResources } from "./bench/resources";
import { engineEnvironment } from "ocis-pocket-id/engine";
import { experiment, type Laboratory } from "./experiment";
import { measuredWith, type Table } from "./report";
import { type LimitedServer, limitedServer } from "./limits/server";
import { type LimitedSource, limitedSource } from "./limits/limited-source";

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

/**
 * Stacks against Pocket ID's rate limiter, from an address that it limits: 300 resources made and refreshed, then 8
 * companies at once. `TEST_POCKET_ID_URL` and `TEST_POCKET_ID_API_KEY` name a real server on this machine. Takes minutes,
 * as v2.9 lets one request a second pass.
 */
experiment("limits", async ({ engine, directory, progress }) => {
  const server = await limitedServer();
  const source = await limitedSource(server.url);
  try {
    const rows = await rowsOf({ engine, server, source, directory, progress });
    return {
      part: "limits",
      circumstances:
        `${measuredWith(engine)} against ${server.name}, whose limiter was on, with a full bucket at the start of the first ` +
        "three.",
      tables: [tableOf(rows)],
      failures: rows
        .filter(({ errors }) => errors > 0)
        .map(({ what, errors }) => `${what}: ${errors} failed`),
    };
  } finally {
    await source.close();
    await server.close();
  }
});

interface Place extends Laboratory {
  readonly server: LimitedServer;
  readonly source: LimitedSource;
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

async function fullBucket({ source, progress }: Place): Promise<void> {
  progress("waiting until the limiter's bucket is full");
  await sleep(FULL_BUCKET_MS);
  source.statuses.clear();
}

async function measured(
  { source, progress }: Place,
  what: string,
  stacks: readonly Stack[],
  operation: "up" | "refresh" | "preview",
): Promise<Row> {
  progress(what);
  source.statuses.clear();
  const start = performance.now();
  const onOutput = (text: string) => {
    if (/waiting|rate limit/i.test(text)) progress(`  ${text.trim()}`);
  };
  const options = operation === "preview" ? { refresh: true, onOutput } : { onOutput };
  const results = await Promise.allSettled(stacks.map((stack) => stack[operation](options)));
  const failures = results.filter((result) => result.status === "rejected");
  for (const { reason } of failures) progress(String(reason));
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

function tableOf(rows: readonly Row[]): Table {
  return {
    headings: ["What", "Seconds", "Requests", "Of these refused (429)", "Errors"],
    rows: rows.map(({ what, seconds, requests, refused, errors }) => [
      what,
      seconds.toFixed(0),
      String(requests),
      String(refused),
      String(errors),
    ]),
  };
}
