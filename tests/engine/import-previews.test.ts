import { type EngineEvent, LocalWorkspace } from "@pulumi/pulumi/automation";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { readCompose } from "../../cli/import/compose";
import { runImport } from "../../cli/import/run";
import type { DockerSetup } from "../../cli/import/setup";
import type { Emulator } from "../../emulator";
import program from "../../index";
import { type FleetProject, fleetProject } from "../cli/fleet-project";
import { type DockerApi, startDockerApi } from "../support/docker-api";
import { testEngine } from "../support/engine";
import { messagesIn, operationsIn } from "../support/engine-events";
import { COMPANIES, startPocketIdOf } from "../support/import-setups";

const SETUPS = join(__dirname, "..", "fixtures", "import");
const PLUGIN = join(__dirname, "..", "support", "docker-plugin");

let project: FleetProject;
let docker: DockerApi;
let emulator: Emulator;
let folder: string;

beforeAll(async () => {
  project = fleetProject();
  docker = await startDockerApi();
});
afterAll(async () => {
  project.remove();
  await docker.close();
});
afterEach(async () => {
  await emulator.close();
  rmSync(dirname(folder), { recursive: true, force: true });
});

test.each(readdirSync(SETUPS))(
  "the first preview of %s adopts what exists, and only the container is new",
  async (name) => {
    const company = COMPANIES[name];
    if (company === undefined) throw new Error(`write down what the Pocket ID of ${name} holds`);
    emulator = await startPocketIdOf(company);
    // Compose projects are named after their folder.
    folder = join(mkdtempSync(join(tmpdir(), "set-up-")), name);
    copySetup(name);
    docker.answers = answersFor(readCompose([folder], undefined, {}));
    await importSetup(name);
    const lines = await preview(name);
    // Written with UPDATE_PREVIEWS=1, to be reviewed.
    const expected = join(SETUPS, name, "preview.txt");
    if (process.env["UPDATE_PREVIEWS"] !== undefined) writeFileSync(expected, lines);
    expect(lines).toBe(readFileSync(expected, "utf8"));
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  },
);

/** What import asks for, as it refuses a file alone. */
function mountConfiguration(): void {
  const file = join(folder, "docker-compose.yaml");
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace("./ocis.yaml:/etc/ocis/ocis.yaml", "./config:/etc/ocis"),
  );
}

/** With folders that oCIS has used, on this machine. */
function copySetup(name: string): void {
  cpSync(join(SETUPS, name), folder, { recursive: true });
  if (name === "no-volumes") mountConfiguration();
  for (const file of readdirSync(folder).filter((one) => /compose\.ya?ml$/.test(one))) {
    const text = readFileSync(join(folder, file), "utf8").replaceAll("/mnt/user", `${folder}/user`);
    writeFileSync(join(folder, file), text);
  }
  for (const { source = "", target } of readCompose([folder], undefined, {}).mounts) {
    if (!source.startsWith(folder)) continue;
    if (!existsSync(source)) mkdirSync(source, { recursive: true });
    chmodSync(source, 0o777);
    if (target === "/etc/ocis") writeFileSync(join(source, "ocis.yaml"), "{}");
    if (target === "/var/lib/ocis") mkdirSync(join(source, "storage"));
  }
}

/** What Docker has while the old container runs. */
function answersFor({ image, mounts, networks, ports }: DockerSetup): Readonly<Record<string, unknown>> {
  const named = mounts.flatMap(({ source }) =>
    source === undefined || source.startsWith("/") ? [] : [source],
  );
  return {
    "/version": { Version: "27.0.0" },
    "/info": { SecurityOptions: [] },
    [`/images/${image}/json`]: { Id: "sha256:1" },
    ...Object.fromEntries(named.map((volume) => [`/volumes/${volume}`, { Name: volume, Labels: null }])),
    ...Object.fromEntries(networks.map((network) => [`/networks/${network}`, { Name: network }])),
    "/containers/json": [
      {
        ...{ Id: "0123", Names: ["/by-hand"], Image: image, Command: "ocis server", Labels: {} },
        Mounts: mounts.map(({ source }) => ({
          [source?.startsWith("/") === true ? "Source" : "Name"]: source,
          RW: true,
        })),
        // Even if it publishes none: what listens on this machine isn't this test's business.
        Ports: [{ ip: "127.0.0.1", port: 9200 }, ...ports].map(({ ip, port }) => ({
          IP: ip,
          PublicPort: port,
          Type: "tcp",
        })),
      },
    ],
  };
}

async function importSetup(stack: string): Promise<void> {
  const variables = {
    ...project.login,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
    POCKET_ID_URL: emulator.url,
    POCKET_ID_API_KEY: emulator.apiKey,
  };
  const write = jest.spyOn(process.stdout, "write").mockImplementation(() => true);
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    const options = {
      compose: [folder],
      stack,
      cwd: project.directory,
      members: false,
      json: true,
      "dry-run": false,
    };
    await runImport(options as unknown as Parameters<typeof runImport>[0]);
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
    write.mockRestore();
  }
}

/** What the engine would do, and what our handlers print about it, sorted. */
async function preview(stackName: string): Promise<string> {
  const engine = await testEngine();
  const envVars = {
    ...engine.environment,
    ...project.login,
    PULUMI_CONFIG_PASSPHRASE: "a passphrase",
    DOCKER_HOST: docker.url,
    PATH: [PLUGIN, engine.environment["PATH"] ?? process.env["PATH"] ?? ""].join(delimiter),
  };
  const stack = await LocalWorkspace.selectStack(
    { projectName: "ocis-pocket-id", stackName, program },
    { workDir: project.directory, pulumiCommand: engine.command, envVars },
  );
  const events: EngineEvent[] = [];
  await stack.preview({ color: "never", onEvent: (event) => events.push(event) });
  const messages = messagesIn(events).filter((line) => !line.startsWith("using pulumi-resource-docker"));
  return [...operationsIn(events), "", ...messages, ""].join("\n").replaceAll(folder, "FOLDER");
}
