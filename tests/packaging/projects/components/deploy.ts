/** A program of somebody who has installed the component: one company, created and destroyed through the Automation API. */
import { OcisWithPocketId, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import { PocketIdProvider, UserGroup } from "@ocis-pocket-id/providers";
import { LocalWorkspace } from "@pulumi/pulumi/automation";

/** The results, one line of JSON on standard output. */
export interface Deployed {
  up: unknown;
  preview: unknown;
  refresh: unknown;
  destroy: unknown;
  clientId: unknown;
  groupIds: unknown;
}

async function main(url: string, issuer: string): Promise<void> {
  const args: OcisWithPocketIdArgs = {
    domain: "company.example",
    issuer,
    members: { admin: ["alice"], guest: [] },
    target: { type: "bundle", directory: "bundle" },
  };
  const program = (): Promise<Record<string, unknown>> => {
    const apiKey = process.env["PACKAGING_API_KEY"] ?? "";
    const pocketId = new PocketIdProvider("pocket-id", { url, apiKey });
    new UserGroup("staff", { name: "staff" }, { provider: pocketId });
    const { clientId, groupIds } = new OcisWithPocketId("ocis", args, { providers: [pocketId] });
    return Promise.resolve({ clientId, groupIds });
  };
  const stack = await LocalWorkspace.createOrSelectStack(
    { projectName: "packaging", stackName: "test", program },
    { workDir: process.cwd() },
  );
  const quietly = { suppressOutputs: true, color: "never" } as const;
  const up = await stack.up(quietly);
  const preview = await stack.preview(quietly);
  const refresh = await stack.refresh(quietly);
  const destroy = await stack.destroy(quietly);
  const deployed: Deployed = {
    up: up.summary.resourceChanges,
    preview: preview.changeSummary,
    refresh: refresh.summary.resourceChanges,
    destroy: destroy.summary.resourceChanges,
    clientId: up.outputs["clientId"]?.value,
    groupIds: up.outputs["groupIds"]?.value,
  };
  console.log(JSON.stringify(deployed));
}

const [url = "", issuer = ""] = process.argv.slice(2);
main(url, issuer).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
