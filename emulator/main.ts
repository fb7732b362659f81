import { parseArgs } from "node:util";
import { type EmulatorOptions, startEmulator } from "./index";

/** Runs an emulator in its own process: `node bin/emulator/main.js --port 14110 --data-file state.json`. */
async function main(): Promise<void> {
  const pocketId = await startEmulator(readOptions(process.argv.slice(2)));
  const stop = (): void => void pocketId.close().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  console.log(pocketId.url);
}

function readOptions(args: string[]): EmulatorOptions {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string" },
      host: { type: "string" },
      issuer: { type: "string" },
      version: { type: "string", default: "2.9" },
      "data-file": { type: "string" },
      // The name of a variable, since every user of the machine can read command lines.
      "api-key-env": { type: "string" },
    },
  });
  const { version } = values;
  if (version !== "2.9" && version !== "2.14")
    throw new Error(`--version must be 2.9 or 2.14, not ${version}`);
  const port = Number(values.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be a number up to 65535, not ${values.port ?? ""}`);
  const apiKey = readKey(values["api-key-env"]);
  return {
    version,
    port,
    ...(apiKey !== undefined ? { apiKey } : {}),
    ...(values.host !== undefined ? { host: values.host } : {}),
    ...(values.issuer !== undefined ? { issuer: values.issuer } : {}),
    ...(values["data-file"] !== undefined ? { dataFile: values["data-file"] } : {}),
  };
}

function readKey(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const key = process.env[name];
  if (key === undefined || key === "")
    throw new Error(`--api-key-env names the variable ${name}, which is empty: set it to the API key`);
  return key;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
