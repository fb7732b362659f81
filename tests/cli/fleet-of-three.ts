import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { testEngine } from "../support/engine";
import { type FleetProject, fleetProject, type FleetServer, fleetServer } from "./fleet-project";
import type { ProgramRun } from "../support/program";
import { onTerminal } from "./terminal";

/** What the fleet reports of a company, as JSON. */
export interface Report {
  readonly company: string;
  readonly server: string;
  readonly state: string;
  readonly changes: Record<string, number>;
  readonly reason?: string;
}

export let first: FleetServer;
export let second: FleetServer;
export let project: FleetProject;
/** The third one's is in a variable, the other two have files. */
export let passphrases: string;
export const THIRD = { PULUMI_CONFIG_PASSPHRASE_SOUTH_1: "passphrase of south-1" };

beforeAll(async () => {
  await testEngine();
  first = await fleetServer();
  second = await fleetServer();
  project = fleetProject();
  passphrases = path.join(project.directory, "passphrases");
  mkdirSync(passphrases);
  for (const company of ["east", "north", "west"])
    writeFileSync(path.join(passphrases, company), `of ${company}\n`);
});
afterAll(async () => {
  project.remove();
  await first.close();
  await second.close();
});

export const fleet = (...args: string[]) => {
  const folders = ["--directory", project.stacks, "--passphrase-file-directory", passphrases];
  return project.run(["fleet", ...args, ...folders], THIRD);
};
export const reportsOf = ({ stdout, stderr }: ProgramRun): Report[] => {
  if (stdout === "") throw new Error(`the fleet printed nothing:\n${stderr}`);
  return (JSON.parse(stdout) as { companies: Report[] }).companies;
};
export const statesOf = (run: ProgramRun) =>
  Object.fromEntries(reportsOf(run).map(({ company, state }) => [company, state]));

/** Writes a company's stack by `fleet new`. */
export async function add(
  company: string,
  server: FleetServer,
  key: string,
  ...more: readonly string[]
): Promise<void> {
  const { body } = await server.call<{ issuer: string }>("GET", "/.well-known/openid-configuration");
  const settings = [
    `ocisHost=ocis.${company}.test`,
    `issuer=${body.issuer}`,
    `bundleDirectory=${path.join(project.directory, `bundle-${company}`)}`,
    ...more,
  ];
  const { code, stderr } = await project.run(
    [
      ...["fleet", "new", company, "--directory", project.stacks, "--passphrase-file-directory", passphrases],
      ...["--pocket-id-url", server.url, "--target", "bundle", "--config", ...settings],
    ],
    { ...THIRD, POCKET_ID_API_KEY: key },
  );
  expect([code, stderr]).toEqual([0, ""]);
}

/** `fleet` for one company, on a terminal where this is answered. */
export const asked = (operation: string, company: string, answer: string) => {
  const options = ["--cwd", project.directory, "--directory", project.stacks];
  const args = ["fleet", operation, company, ...options, "--passphrase-file-directory", passphrases];
  return onTerminal(args, [["[y/N]", answer]], project.login);
};

/** Runs Pulumi in the project, and returns its exit code. */
export async function runPulumi(args: readonly string[], passphrase: string, input: string) {
  const { command, environment } = await testEngine();
  const env = {
    ...process.env,
    ...environment,
    ...project.login,
    ...THIRD,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
  };
  return spawnSync(command.command, args, { cwd: project.directory, env, input }).status;
}
