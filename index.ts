import {
  argumentProblems,
  deploymentHosts,
  OcisWithPocketId,
  type OcisWithPocketIdArgs,
} from "@ocis-pocket-id/components";
import { PocketIdProvider } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { describeProblems, readStackConfiguration, type StackConfiguration } from "./stack-configuration";

/** One stack: a company's oCIS with Pocket ID logins, as its configuration says. Nothing here is bound to one stack. */
function program() {
  const { configuration, problems } = readStackConfiguration();
  const args = componentArgs(configuration);
  const all = [...problems, ...argumentProblems(args)];
  if (all.length > 0) throw new pulumi.RunError(describeProblems(all));

  const connection = new pulumi.Config("pocketid");
  const pocketId = new PocketIdProvider("pocket-id", {
    url: connection.get("url") ?? deploymentHosts(args).pocketIdUrl,
    ...optional("apiKey", connection.getSecret("apiKey")),
    ...optional("apiKeyFromEnvironment", connection.getBoolean("apiKeyFromEnvironment")),
    ...optional("timeoutSeconds", connection.getNumber("timeoutSeconds")),
    ...optional("caCertificate", connection.get("caCertificate") ?? configuration.caCertificate),
    ...optional("insecureHttp", connection.getBoolean("insecureHttp")),
  });
  const ocis = new OcisWithPocketId("ocis", args, { providers: [pocketId] });
  const {
    ocisUrl,
    issuer,
    clientId,
    groupIds,
    nativeClientIds,
    environment,
    contentSecurityPolicy,
    deployment,
  } = ocis;
  return {
    ocisUrl,
    issuer,
    clientId,
    groupIds,
    nativeClientIds,
    environment,
    contentSecurityPolicy,
    deployment,
  };
}

function componentArgs({ groupNames = {}, target, ...stack }: StackConfiguration): OcisWithPocketIdArgs {
  const groups = Object.entries(groupNames).map(([role, name]) => [role, { name }]);
  const container = {
    ...optional("image", stack.ocisImage),
    ...optional("publish", stack.port === undefined ? undefined : { port: stack.port }),
    ...optional("caCertificate", stack.caCertificate),
    ...optional("tls", stack.tls),
    ...optional(
      "networks",
      stack.networks?.map((name) => ({ name })),
    ),
    ...optional(
      "extraHosts",
      stack.extraHosts && Object.entries(stack.extraHosts).map(([host, ip]) => ({ host, ip })),
    ),
  };
  return {
    ...stack,
    groups: Object.fromEntries(groups) as OcisWithPocketIdArgs["groups"],
    target:
      target === "bundle"
        ? { type: "bundle", ...container, ...optional("directory", stack.bundleDirectory) }
        : { type: "docker", ...container, ...(stack.readiness === false ? { readiness: false } : {}) },
  };
}

/** A property that is there only when it has a value. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

export = program;
