import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { bundleTarget, workload } from "../../components/targets";
import { engineStack } from "../support/engine";

test("a bundle: written, edited by hand, found and fixed, changed, and removed", async () => {
  const checkout = process.cwd();
  mkdirSync(join(checkout, ".cache", "tests"), { recursive: true });
  // The engine takes this folder for that of the program.
  const project = mkdtempSync(join(checkout, ".cache", "tests", "bundle-project-"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: bundle\nruntime: nodejs\n");
  process.chdir(project);
  const environment: Record<string, string> = { OCIS_URL: "https://ocis.company.com" };
  const stack = await engineStack("bundle", () => {
    const settings = {
      url: "https://ocis.company.com",
      issuer: "https://pocket-id.company.com",
      environment,
      contentSecurityPolicy: "directives: {}\n",
    };
    const { directory, hashes } = bundleTarget(
      "ocis",
      workload(settings, {}),
      { directory: "deploy/ocis" },
      {},
    );
    return Promise.resolve({ directory, hashes });
  });
  const env = join(project, "deploy", "ocis", ".env");

  const preview = await stack.preview();
  expect(preview.text).not.toContain("error");
  expect(readdirSync(project)).toEqual(["Pulumi.yaml"]);

  await stack.up();
  expect(readdirSync(join(project, "deploy", "ocis"))).toEqual([".env", "compose.yaml", "csp.yaml"]);
  expect((await stack.outputs())["directory"]).toBe("deploy/ocis");
  expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 2 });
  expect(stack.state()).not.toContain(project);

  writeFileSync(env, "OCIS_URL=https://elsewhere\n");
  expect((await stack.preview()).changes).toEqual({ same: 2 });
  expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 1, update: 1 });
  await stack.up({ refresh: true });
  expect(readFileSync(env, "utf8")).toBe("OCIS_URL=https://ocis.company.com\n");

  environment["OCIS_LOG_LEVEL"] = "debug";
  await stack.up();
  expect(readFileSync(env, "utf8")).toContain("OCIS_LOG_LEVEL=debug\n");

  await stack.destroy();
  expect(readdirSync(project)).toEqual(["Pulumi.yaml"]);
  await stack.remove();
  process.chdir(checkout);
  rmSync(project, { recursive: true });
});
