import * as path from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../emulator";
import program from "../index";
import type { Deployment } from "@ocis-pocket-id/components";
import { chooseTarget, type ChosenTarget } from "./target";
import { EventLines } from "./event-lines";
import { editClaimByHand } from "./hand-edit";
import { COUNTS, goodbye, nextSteps, TITLES } from "./words";
import { openWorkplace, removeWorkplace, type Workplace, workplaceExists } from "./workplace";
import { type Engine, engineEnvironment, findEngine } from "ocis-pocket-id/engine";

/**
 * The main job from nothing to a repaired drift, on this machine only: a real engine, an emulator, and the
 * program of this project for an example company. Variables of an admin (POCKET_ID_*) are not looked at.
 */
const COMPANY = "company.example";
const PEOPLE = { admin: "alice", spaceAdmin: "sam", user: "uma", guest: "gus" };

const say = (line: string) => {
  console.log(line);
};

const lines = new EventLines(say);

async function main(): Promise<void> {
  for (const name of ["POCKET_ID_URL", "POCKET_ID_API_KEY"]) Reflect.deleteProperty(process.env, name);
  const destroying = process.argv.includes("--destroy");
  if (destroying && !workplaceExists()) {
    say("There is no demo to destroy.");
    return;
  }
  const engine = await findEngine({ progress: say });
  say(`Engine: Pulumi ${engine.version} (${engine.source})`);
  const workplace = await openWorkplace();
  const pocketId = await startPocketId(workplace);
  try {
    const stack = await openStack(engine, workplace);
    if (destroying) await destroy(stack, engine);
    else await show(stack, pocketId, await chooseTarget(engine, say));
  } finally {
    await pocketId.close();
  }
}

async function startPocketId({ port, apiKey, dataFile }: Workplace): Promise<Emulator> {
  const issuer = `https://pocket-id.${COMPANY}`;
  const pocketId = await startEmulator({ port, apiKey, dataFile, issuer });
  const answer = await fetch(`${pocketId.url}/api/users?pagination[limit]=100`, {
    headers: { "X-API-KEY": apiKey },
  });
  const { data } = (await answer.json()) as { data: { username: string }[] };
  for (const username of Object.values(PEOPLE)) {
    if (!data.some((user) => user.username === username)) pocketId.addUser({ username });
  }
  say(`Pocket ID: in memory, at ${pocketId.url}`);
  return pocketId;
}

function openStack(engine: Engine, { backend, passphrase, directory }: Workplace): Promise<Stack> {
  const envVars = engineEnvironment(engine, { backendDirectory: backend, passphrase });
  return LocalWorkspace.createOrSelectStack(
    { projectName: "ocis-pocket-id", stackName: "demo", program: () => Promise.resolve(program()) },
    { workDir: directory, pulumiCommand: engine.command, envVars },
  );
}

async function show(stack: Stack, pocketId: Emulator, target: ChosenTarget): Promise<void> {
  say(`Target: ${target.name}, since ${target.reason}`);
  const members = Object.fromEntries(Object.entries(PEOPLE).map(([role, person]) => [role, [person]]));
  await stack.setAllConfig({
    "ocis-pocket-id:domain": { value: COMPANY },
    "ocis-pocket-id:target": { value: target.name },
    "ocis-pocket-id:bundleDirectory": { value: path.join(stack.workspace.workDir, "bundle") },
    "ocis-pocket-id:members": { value: JSON.stringify(members) },
    // The example company's names resolve nowhere, so nobody could log in.
    "ocis-pocket-id:readiness": { value: "false" },
    "pocketid:url": { value: pocketId.url },
    "pocketid:apiKey": { value: pocketId.apiKey, secret: true },
    ...target.config,
  });

  say(`\n${TITLES.up}\n`);
  await lines.show(COUNTS.up, (onEvent) => stack.up({ onEvent }));

  say(`\n${TITLES.edit}\n`);
  say(`  ${await editClaimByHand(pocketId)}`);

  say(`\n${TITLES.preview}\n`);
  await lines.show(COUNTS.preview, (onEvent) => stack.preview({ refresh: true, onEvent }), {
    isPreview: true,
  });

  say(`\n${TITLES.repair}\n`);
  await lines.show(COUNTS.repair, (onEvent) => stack.up({ refresh: true, onEvent }));

  const { deployment } = await stack.outputs();
  say(`\n${nextSteps(deployment?.value as Deployment)}`);
}

async function destroy(stack: Stack, engine: Engine): Promise<void> {
  const { config = {} } = await stack.workspace.stackSettings("demo");
  await lines.show(COUNTS.destroy, (onEvent) => stack.destroy({ onEvent }), { quiet: true });
  await stack.workspace.removeStack("demo");
  removeWorkplace();
  say(`\n${goodbye(engine.source, config["ocis-pocket-id:target"] === "docker")}`);
}

// As by `npm run demo | head`. Thrown, it would be formatted by Pulumi's runtime, which may take forever (see ProgramError).
process.stdout.on("error", () => process.exit(1));

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
