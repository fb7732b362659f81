import * as path from "node:path";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { type EmbeddedPocketId, startEmbeddedPocketId } from "../embedded";
import program from "../index";
import { chooseTarget, type ChosenTarget } from "./demo/target";
import { describeStack } from "./demo/describe";
import { editClaimByHand } from "./demo/hand-edit";
import { openWorkplace, removeWorkplace, type Workplace, workplaceExists } from "./demo/workplace";
import { type Engine, engineEnvironment, findEngine } from "./engine";

/**
 * The main job from nothing to a repaired drift, on this machine only: a real engine, an embedded Pocket ID, and the
 * program of this project for an example company. Variables of an admin (POCKET_ID_*) are not looked at.
 */
const COMPANY = "company.example";
const PEOPLE = { admin: "alice", spaceAdmin: "sam", user: "uma", guest: "gus" };

const say = (line: string) => {
  console.log(line);
};

/** How the engine's own lines are shown: what happens to each resource, without outputs, which follow as tables. */
const QUIETLY = { onOutput: indented, color: "never", suppressOutputs: true } as const;

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
    if (destroying) await destroy(stack);
    else await show(stack, pocketId, await chooseTarget(engine, say));
  } finally {
    await pocketId.close();
  }
  if (destroying) removeWorkplace();
}

async function startPocketId({ port, apiKey, dataFile }: Workplace): Promise<EmbeddedPocketId> {
  const issuer = `https://pocket-id.${COMPANY}`;
  const pocketId = await startEmbeddedPocketId({ port, apiKey, dataFile, issuer });
  const answer = await fetch(`${pocketId.url}/api/users?pagination[limit]=100`, {
    headers: { "X-API-KEY": apiKey },
  });
  const { data } = (await answer.json()) as { data: { username: string }[] };
  for (const username of Object.values(PEOPLE)) {
    if (!data.some((user) => user.username === username)) pocketId.addUser({ username });
  }
  say(`Pocket ID: embedded, at ${pocketId.url}`);
  return pocketId;
}

function openStack(engine: Engine, { backend, passphrase, directory }: Workplace): Promise<Stack> {
  const envVars = engineEnvironment(engine, { backendDirectory: backend, passphrase });
  return LocalWorkspace.createOrSelectStack(
    { projectName: "ocis-pocket-id", stackName: "demo", program: () => Promise.resolve(program()) },
    { workDir: directory, pulumiCommand: engine.command, envVars },
  );
}

async function show(stack: Stack, pocketId: EmbeddedPocketId, target: ChosenTarget): Promise<void> {
  say(`Target: ${target.name} (${target.reason})`);
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

  say("\n1. pulumi up: the whole guide\n");
  const { outputs } = await stack.up(QUIETLY);
  say(`\n${describeStack(outputs)}`);

  say("\n2. Somebody edits a claim in Pocket ID's web page\n");
  say(`  ${await editClaimByHand(pocketId)}`);

  say("\n3. pulumi preview --refresh: what would be put right\n");
  await stack.preview({ refresh: true, diff: true, ...QUIETLY });

  say("\n4. pulumi up --refresh: put right\n");
  await stack.up({ refresh: true, ...QUIETLY });

  say("\nDone. The stack stays until `npm run demo -- --destroy`.");
}

async function destroy(stack: Stack): Promise<void> {
  await stack.destroy(QUIETLY);
  await stack.workspace.removeStack("demo");
  say(
    "\nThe demo is gone. Docker volumes, where the demo made any, were left in place: data outlives everything.",
  );
}

function indented(text: string): void {
  for (const line of text.split("\n")) if (line.trim() !== "" && !isNoise(line)) say(`  ${line}`);
}

/** Lines that tell a reader of the demo nothing: what is as it should be, what has only begun, and the engine's own IDs. */
function isNoise(line: string): boolean {
  return /^ *(~ .* refresh(ing)? \(\S+\)|\S*:\S+ \S+( running)?|@ .*)\s*$| (creating|updating|deleting) \(|\[(id|urn|provider)=/.test(
    line,
  );
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
