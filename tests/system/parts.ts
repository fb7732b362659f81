import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { whyNoDockerCommand } from "../support/docker";

/** The images that the test runs. */
export interface Images {
  readonly ocis: string;
  readonly pocketId: string;
  readonly caddy: string;
}

const VARIABLES = {
  ocis: "TEST_OCIS_IMAGE",
  pocketId: "TEST_POCKET_ID_IMAGE",
  caddy: "TEST_CADDY_IMAGE",
} as const;

/** Asked in a process of its own, because Jest needs the answer while it loads the file. */
const QUESTION = `
const { spawnSync } = require("node:child_process");
const { findDocker, findDockerPlugin, findEngine } = require("./cli/bin/cli/engine");
(async () => {
  const found = await findDocker();
  if (!found.available) return found.reason;
  for (const image of process.argv.slice(1)) {
    if (spawnSync("docker", ["image", "inspect", image]).status !== 0) return "the image " + image + " is not on this Docker host";
  }
  const plugin = await findDockerPlugin(await findEngine({ progress: () => {} }));
  return plugin.available ? "" : plugin.reason;
})().then((reason) => process.stdout.write(reason), (error) => process.stdout.write(error.message));
`;

/**
 * The images that the environment names, if all that the test needs is there; otherwise one line that names what is missing.
 *
 * @param ocis the variable that names the image of oCIS, or of OpenCloud in its place
 */
export function systemParts(ocis = "TEST_OCIS_IMAGE"): Images | { readonly missing: string } {
  const variables = { ...VARIABLES, ocis };
  const image = (part: keyof Images) => process.env[variables[part]] ?? "";
  const images = { ocis: image("ocis"), pocketId: image("pocketId"), caddy: image("caddy") };
  const unset = (Object.keys(VARIABLES) as (keyof Images)[]).filter((part) => images[part] === "");
  if (unset.length > 0) {
    return { missing: `${unset.map((part) => variables[part]).join(", ")} must name images` };
  }
  const noCommand = whyNoDockerCommand();
  if (noCommand !== undefined) return { missing: noCommand };
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", QUESTION, ...Object.values(images)], {
    cwd: join(__dirname, "..", ".."),
    encoding: "utf8",
  });
  const missing = status === 0 ? stdout : (stderr.trim().split("\n").at(-1) ?? "the question failed");
  return missing === "" ? images : { missing: missing.replace(/\s+/g, " ") };
}

/** Why bundles can't be started here, in one line; undefined if they can. */
export function whyNoCompose(): string | undefined {
  return spawnSync("docker", ["compose", "version"]).status === 0
    ? undefined
    : "Docker Compose 2 isn't installed";
}
