import { DockerPreflight } from "@ocis-pocket-id/components";
import { OidcClient } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tarOf } from "../../cli/backup/tar";
import program from "../../index";
import { type Emulator, startEmulator } from "../../emulator";
import { type DockerApi, startDockerApi } from "../support/docker-api";
import { type EngineStack, engineStack } from "../support/engine";
import { whyNoLanguageHost } from "../support/language-host";

const reason = whyNoLanguageHost();
if (reason !== undefined) console.log(`The policy pack isn't tried with an engine: ${reason}`);
const describeWithHost = reason === undefined ? describe : describe.skip;

const PACK = join(__dirname, "..", "..", "policy");
const OWNER = "io.github.ocis-pocket-id.owner";

/** The project's own program, run with the pack; what a docker target checks, and clients of others, are declared beside it. */
describeWithHost("with the policy pack", () => {
  let server: Emulator;
  let docker: DockerApi;
  let stack: EngineStack;
  let declareMore: () => void = () => undefined;

  beforeAll(async () => {
    server = await startEmulator({ issuer: "https://pocket-id.company.test" });
    docker = await startDockerApi();
    stack = await engineStack("ocis-pocket-id", () => {
      new DockerPreflight("preflight", {
        ...{ docker: { host: docker.url }, owner: "acme", containerName: "acme-ocis" },
        ...{ image: "owncloud/ocis:8.0.5", configVolume: "config", dataVolume: "data" },
      });
      declareMore();
      return program();
    });
    await stack.setConfig({
      "ocis-pocket-id:domain": { value: "company.test" },
      "ocis-pocket-id:target": { value: "bundle" },
      "ocis-pocket-id:bundleDirectory": { value: join(stack.directory, "bundle") },
      "pocketid:url": { value: server.url },
      "pocketid:apiKey": { value: server.apiKey, secret: true },
    });
  });
  afterAll(async () => {
    await stack.remove();
    await Promise.all([server.close(), docker.close()]);
  });

  const withPack = (settings?: object) => {
    const file = join(stack.directory, "policies.json");
    writeFileSync(file, JSON.stringify(settings ?? {}));
    return { policyPacks: [PACK], ...(settings === undefined ? {} : { policyPackConfigs: [file] }) };
  };
  /** Docker with the company's volumes; once it runs, with its container, and perhaps a backup's time. */
  const answersWith = (container?: { backup?: Date }) => {
    const volume = (Name: string) => ({ Name, Labels: { [OWNER]: "acme" } });
    const stamp = tarOf("x", JSON.stringify({ time: container?.backup?.toISOString() }));
    docker.answers = {
      ...{ "/volumes/config": volume("config"), "/volumes/data": volume("data") },
      ...{ "/images/owncloud/ocis:8.0.5/json": { Id: "sha256:1" }, "/containers/json": [] },
      ...(container ? { "/containers/acme-ocis/json": { Config: { Labels: { [OWNER]: "acme" } } } } : {}),
      ...(container?.backup
        ? { "/containers/acme-ocis/archive?path=/etc/ocis/.last-backup.json": stamp }
        : {}),
    };
  };
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

  test("a new company comes up; after that it needs a backup", async () => {
    answersWith();
    const { text } = await stack.up(withPack());
    expect(text).toMatch(/✅ ocis-pocket-id@v\d/);
    expect(text).not.toMatch(/\[(mandatory|advisory)\]|can't run policy/);
    answersWith({});
    const blocked = await stack.failureOf(stack.preview(withPack()));
    expect(blocked).toMatch(/\[mandatory\].* {2}backups-are-recent {2}\(.*DockerPreflight: preflight\)/);
    expect(blocked).toContain(
      "no backup of it is recorded: run `ocis-pocket-id backup --stack test --to FOLDER`",
    );
  });

  test("a backup passes for a day, or as long as configured, and changes nothing", async () => {
    answersWith({ backup: hoursAgo(23) });
    const { text, changes } = await stack.preview(withPack());
    expect([text, Object.keys(changes)]).toEqual([expect.stringContaining("✅ ocis-pocket-id"), ["same"]]);
    answersWith({ backup: hoursAgo(25) });
    expect(await stack.failureOf(stack.preview(withPack()))).toContain("the last backup is 25 hours old");
    const patient = withPack({ "backups-are-recent": { maxAgeHours: 48 } });
    expect((await stack.preview(patient)).text).toContain("✅ ocis-pocket-id");
  });

  test("each violation is reported by name and stops the preview, without the values", async () => {
    answersWith({ backup: hoursAgo(1) });
    const callback = "https://*.secret-customer.test/cb";
    declareMore = () => {
      const callbackUrls = [pulumi.secret(callback)];
      new OidcClient("open", { name: "Open", restricted: false, callbackUrls });
    };
    await stack.setConfig({ "ocis-pocket-id:ocisImage": { value: "owncloud/ocis:latest" } });
    const text = await stack.failureOf(stack.preview(withPack()));
    for (const name of [
      "clients-are-restricted  (pulumi-nodejs:dynamic/pocketid:OidcClient: open)",
      "no-wildcard-callbacks  (pulumi-nodejs:dynamic/pocketid:OidcClient: open)",
      "images-are-pinned  (pulumi-nodejs:dynamic/ocis:LocalFiles: ocis-bundle)",
    ])
      expect(text).toContain(`  ${name}`);
    expect(text.match(/\[mandatory\]/g)).toHaveLength(2 * 3);
    expect(text).not.toContain("secret-customer");
    const settings = {
      "clients-are-restricted": { enforcementLevel: "mandatory", allowUnrestricted: ["Open"] },
      "no-wildcard-callbacks": { allowPatterns: [callback, "http://127.0.0.1:*", "http://localhost:*"] },
      "images-are-pinned": "advisory",
    };
    const allowed = await stack.preview(withPack(settings));
    expect(allowed.text.match(/\[(mandatory|advisory)\].* {2}\S+ {2}/g)).toEqual([
      expect.stringContaining("images-are-pinned"),
    ]);
  });

  test("an option of the wrong type is one line", async () => {
    const wrong = withPack({ "backups-are-recent": { maxAgeHours: "a day" } });
    expect(await stack.failureOf(stack.preview(wrong))).toContain(
      "backups-are-recent: maxAgeHours: Invalid type. Expected: number, given: string",
    );
  });
});
