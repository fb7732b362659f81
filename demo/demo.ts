import * as path from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import type { Emulator } from "../emulator";
import type { Deployment } from "@ocis-pocket-id/components";
import { demoInDocker, demoInDockerExists } from "./docker";
import { EventLines } from "./events";
import { COUNTS, goodbye, nextSteps, TITLES } from "./messages";
import {
  chooseTarget,
  demoExists,
  DIRECTORY,
  editClaimByHand,
  openDemo,
  openStack,
  removeDirectory,
} from "./setup";
import { type Engine, findEngine } from "ocis-pocket-id/engine";

/**
 * From nothing to a repaired drift, on this machine only: a real engine, an emulator, and the program of this project for an
 * example company. Ignores an admin's variables (POCKET_ID_*).
 */
const COMPANY = "company.example";
const PEOPLE = { admin: "alice", spaceAdmin: "sam", user: "uma", guest: "gus" };

const print = console.log;

const lines = new EventLines(print);

async function main(): Promise<void> {
  for (const name of ["POCKET_ID_URL", "POCKET_ID_API_KEY"]) Reflect.deleteProperty(process.env, name);
  const destroying = process.argv.includes("--destroy");
  const inDocker = process.argv.includes("--docker");
  if (destroying && !(inDocker ? demoInDockerExists() : demoExists())) {
    print("Nothing to destroy: no demo is running.");
    return;
  }
  const engine = await findEngine({ progress: print });
  print(`Engine: Pulumi ${engine.version} (${engine.source})`);
  if (inDocker) {
    await demoInDocker(engine, lines, destroying);
    return;
  }
  const issuer = `https://pocket-id.${COMPANY}`;
  const { pocketId, passphrase } = await openDemo(issuer, Object.values(PEOPLE));
  print(`Pocket ID: in memory, at ${pocketId.url}`);
  try {
    const stack = await openStack(engine, DIRECTORY, passphrase);
    if (destroying) await destroy(stack, engine);
    else await show(stack, pocketId, engine);
  } finally {
    await pocketId.close();
  }
}

async function show(stack: Stack, pocketId: Emulator, engine: Engine): Promise<void> {
  const target = await chooseTarget(engine, print);
  print(`Target: ${target.name}, because ${target.reason}`);
  const members = Object.fromEntries(Object.entries(PEOPLE).map(([role, person]) => [role, [person]]));
  await stack.setAllConfig({
    "ocis-pocket-id:domain": { value: COMPANY },
    "ocis-pocket-id:target": { value: target.name },
    "ocis-pocket-id:bundleDirectory": { value: path.join(DIRECTORY, "bundle") },
    "ocis-pocket-id:members": { value: JSON.stringify(members) },
    // The example company's names don't resolve, so nobody could log in.
    "ocis-pocket-id:readiness": { value: "false" },
    "pocketid:url": { value: pocketId.url },
    "pocketid:apiKey": { value: pocketId.apiKey, secret: true },
  });

  print(`\n${TITLES.up}\n`);
  await lines.show(COUNTS.up, (onEvent) => stack.up({ onEvent }));

  print(`\n${TITLES.edit}\n`);
  print(`  ${await editClaimByHand(pocketId)}`);

  print(`\n${TITLES.preview}\n`);
  await lines.show(COUNTS.preview, (onEvent) => stack.preview({ refresh: true, onEvent }), {
    isPreview: true,
  });

  print(`\n${TITLES.repair}\n`);
  await lines.show(COUNTS.repair, (onEvent) => stack.up({ refresh: true, onEvent }));

  const { deployment } = await stack.outputs();
  print(`\n${nextSteps(deployment?.value as Deployment)}`);
}

async function destroy(stack: Stack, engine: Engine): Promise<void> {
  const { config = {} } = await stack.workspace.stackSettings("demo");
  await lines.show(COUNTS.destroy, (onEvent) => stack.destroy({ onEvent }), { quiet: true });
  await stack.workspace.removeStack("demo");
  removeDirectory();
  print(`\n${goodbye(engine.source, config["ocis-pocket-id:target"] === "docker")}`);
}

// For instance with `npm run demo | head`. If thrown, Pulumi's runtime would format it, which may take forever (see ProgramError).
process.stdout.on("error", () => process.exit(1));

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
