import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";

// Pulumi's language host for Node.js finds the SDK from the pack's folder.
const pack = join(process.cwd(), "node_modules", "@ocis-pocket-id", "policy");
const sdk = createRequire(join(pack, "package.json")).resolve("@pulumi/pulumi/cmd/run-policy-pack");
const options = { cwd: pack, stdio: ["ignore", "pipe", "inherit"] };
const child = spawn(process.execPath, [sdk, "127.0.0.1:0", pack], options);
child.stdout.once("data", (port) => {
  console.log(`listens on port ${String(port).trim()}`);
  child.kill();
});
