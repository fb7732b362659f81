import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runImport } from "../../cli/import/run";

/** Set-ups as people publish them, in our own words: each becomes the stack file beside it. */
export const SETUPS = join(__dirname, "..", "fixtures", "import");
/** Stands for a set-up's folder in reports. */
const FOLDER = "FOLDER";

interface Report {
  config: Record<string, unknown>;
  secretEnvironment: string[];
  differences: string[];
  changes: string[];
  byHand: string[];
  others: { name: string }[];
  forward: string[];
  back: string[];
}

/** The folder of Pulumi.yaml. */
export let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "import-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: ocis-pocket-id\nruntime: nodejs\n");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

type Options = Parameters<typeof runImport>[0];
const OPTIONS = { compose: [], members: false, "dry-run": false, json: false, stack: "company" };

/** What the verb prints, in this process. */
export const run = async (options: object, environment: Record<string, string> = {}): Promise<string> => {
  let stdout = "";
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  Object.assign(process.env, environment);
  try {
    await runImport({ ...OPTIONS, cwd: folder, ...options } as unknown as Options);
    return stdout;
  } finally {
    write.mockRestore();
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
  }
};
/** What it reports without writing anything. */
export const dryRun = async (setup: string, environment: Record<string, string> = {}, members = false) => {
  const compose = [join(SETUPS, setup)];
  const stdout = await run({ compose, "dry-run": true, json: true, members }, environment);
  const report = JSON.parse(stdout.replaceAll(join(SETUPS, setup), FOLDER)) as Report;
  return { report, stdout };
};
