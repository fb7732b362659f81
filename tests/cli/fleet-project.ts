import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { startEmulator } from "../../emulator";
import { caller, type PocketIdUnderTest } from "../support/pocket-id";
import { type ProgramRun, runProgram } from "../support/program";

const ROOT = path.join(__dirname, "..", "..");

/** The engine's plugin finds our packages from a folder below the checkout. */
const PARENT = path.join(ROOT, ".cache", "tests");

/** A checkout of the project as an admin has it, with a backend and stack files of its own. */
export interface FleetProject {
  readonly directory: string;
  /** The folder of stack files. */
  readonly stacks: string;
  /** The variables that lead to its backend. */
  readonly login: Readonly<Record<string, string>>;
  /** Runs `ocis-pocket-id` in it. */
  run(args: readonly string[], environment?: Readonly<Record<string, string>>): Promise<ProgramRun>;
  /** The text of a company's stack file. */
  stackFile(company: string): string;
  /** Writes one; JSON is YAML. */
  writeStackFile(company: string, config: Readonly<Record<string, unknown>>): void;
  /** A company's state as the backend keeps it; undefined when it has no stack. */
  state(company: string): string;
  remove(): void;
}

export function fleetProject(): FleetProject {
  mkdirSync(PARENT, { recursive: true });
  const directory = mkdtempSync(path.join(PARENT, "fleet-"));
  const stacks = path.join(directory, "stacks");
  const backend = path.join(directory, "backend");
  for (const folder of [stacks, backend]) mkdirSync(folder);
  const settings = {
    name: "ocis-pocket-id",
    main: path.relative(directory, path.join(ROOT, "bin")),
    runtime: { name: "nodejs", options: { typescript: false } },
  };
  writeFileSync(path.join(directory, "Pulumi.yaml"), JSON.stringify(settings));
  const login = {
    PULUMI_BACKEND_URL: pathToFileURL(backend).href,
    PULUMI_HOME: path.join(directory, "home"),
  };
  const file = (company: string) => path.join(stacks, `Pulumi.${company}.yaml`);
  return {
    directory,
    stacks,
    login,
    run: (args, environment = {}) => runProgram([...args, "--cwd", directory], { ...login, ...environment }),
    stackFile: (company) => readFileSync(file(company), "utf8"),
    writeStackFile(company, config) {
      writeFileSync(file(company), JSON.stringify({ config }));
    },
    state: (company) =>
      readFileSync(path.join(backend, ".pulumi", "stacks", "ocis-pocket-id", `${company}.json`), "utf8"),
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A Pocket ID of a fleet's own: tests need several, and some that have nothing else. */
export type FleetServer = Pick<PocketIdUnderTest, "url" | "apiKey" | "call" | "close">;

export async function fleetServer(): Promise<FleetServer> {
  const emulator = await startEmulator();
  const { url, apiKey } = emulator;
  return { url, apiKey, call: caller(emulator), close: () => emulator.close() };
}
