import { parseArgs } from "node:util";
import { startEmulator } from "./index";

/** Runs an emulator in its own process: `node bin/emulator/main.js --port 14110 --data-file state.json`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      host: { type: "string" },
      issuer: { type: "string" },
      version: { type: "string", default: "2.9" },
      "data-file": { type: "string" },
      // The name of a variable, since every user of the machine can read command lines.
      "api-key-env": { type: "string" },
    },
  });
  const { version, "api-key-env": keyName, "data-file": dataFile, ...others } = values;
  if (version !== "2.9" && version !== "2.14")
    throw new Error(`--version must be 2.9 or 2.14, not ${version}`);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be a number up to 65535, not ${values.port}`);
  const apiKey = keyName === undefined ? undefined : process.env[keyName];
  if (keyName !== undefined && !apiKey)
    throw new Error(`--api-key-env names the variable ${keyName}, which is empty: set it to the API key`);

  const pocketId = await startEmulator({ ...others, version, port, dataFile, apiKey });
  const stop = (): void => void pocketId.close().then(() => process.exit(0));
  process.once("SIGTERM", stop).once("SIGINT", stop);
  console.log(pocketId.url);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
