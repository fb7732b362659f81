import { argumentProblems, deploymentHosts, hostProblems } from "@ocis-pocket-id/components";
import type { OcisWithPocketIdArgs, Problem, RoleKey } from "@ocis-pocket-id/components";
import {
  CONNECTION_KEYS,
  connectionProblem,
  isConfigSecret,
  type PocketIdProviderArgs,
  ProgramError,
  storedKeyProblem,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { describeProblems, readConfiguration } from "./configuration";
import type { Key, StackConfiguration } from "./keys";
import { behindTraefik, traefikProblems } from "./traefik";
import { kubernetesProblems } from "./kubernetes";
import { swarmProblems } from "./swarm";
import { type Secretly, targetArgs } from "./target";
import { managedPocketId, type ManagedPocketId, managedProblems } from "./managed";

/** What a stack's configuration declares. */
export interface Stack {
  /** The company's oCIS. */
  readonly args: OcisWithPocketIdArgs;
  /** The connection to its Pocket ID. */
  readonly connection: PocketIdProviderArgs;
  /** Set if the stack runs Pocket ID itself. */
  readonly managed: ManagedPocketId | undefined;
}

/**
 * Reads and checks the configuration of the running stack.
 *
 * @throws ProgramError with a line for each problem of the configuration
 */
export function readStack(): Stack {
  const { stack, connection, secretKeys, problems: ofForm } = readConfiguration();
  const ofArguments = argumentProblems(componentArgs(stack));
  const url =
    connection.url ?? (hostProblems(stack).length > 0 ? undefined : deploymentHosts(stack).pocketIdUrl);
  const problems = [
    ...ofForm,
    ...ofArguments,
    ...managedProblems(stack, secretKeys),
    ...traefikProblems(stack),
    ...swarmProblems(stack),
    ...kubernetesProblems(stack),
    ...openCloudProblems(stack),
  ];
  if (stack.pocketId !== "managed") problems.push(...connectionProblems({ ...connection, url }));
  else if (connection.apiKey !== undefined) {
    const message =
      "has no effect with pocketId managed, which makes a key: run `pulumi config rm pocketid:apiKey`";
    problems.push({ field: CONNECTION_KEYS.apiKey, message });
  }
  if (problems.length > 0 || url === undefined) {
    throw new ProgramError(describeProblems(problems, secretKeys));
  }
  const { apiKey, caCertificate = stack.caCertificate, ...others } = connection;
  const isSecretCertificate =
    connection.caCertificate === undefined
      ? secretKeys.has("caCertificate")
      : isConfigSecret(CONNECTION_KEYS.caCertificate);
  const args = componentArgs(stack, secretKeys);
  return {
    args: stack.traefik === undefined ? args : behindTraefik(args, stack, stack.traefik),
    managed: managedPocketId(stack),
    connection: {
      ...others,
      url,
      ...(apiKey === undefined ? {} : { apiKey: pulumi.secret(apiKey) }),
      ...(caCertificate === undefined
        ? {}
        : { caCertificate: isSecretCertificate ? pulumi.secret(caCertificate) : caCertificate }),
    },
  };
}

/** Keys that need what OpenCloud doesn't have. */
function openCloudProblems({ product, ocisSecrets }: StackConfiguration): Problem[] {
  if (product !== "opencloud" || ocisSecrets !== "stack") return [];
  const message =
    "can't be stack with OpenCloud, which keeps its secrets in opencloud.yaml: run `pulumi config rm ocisSecrets`";
  return [{ field: "ocisSecrets", message }];
}

/** The component's arguments for a stack's configuration. Values of `secretKeys` become secrets. */
export function componentArgs(
  stack: StackConfiguration,
  secretKeys: ReadonlySet<Key> = new Set(),
): OcisWithPocketIdArgs {
  const secretly: Secretly = (key, value) =>
    value !== undefined && secretKeys.has(key) ? (pulumi.secret(value) as typeof value) : value;
  const byRole = <T, R>(key: Key, values: { [K in RoleKey]?: T } = {}, of: (value: T) => R) =>
    Object.fromEntries(
      Object.entries<T>(values).map(([role, value]) => [role, of(secretly(key, value))]),
    ) as { [K in RoleKey]?: R };
  const { groupNames, existingGroups } = stack;
  return {
    ...stack,
    claimKey: secretly("claimKey", stack.claimKey),
    webClientId: secretly("webClientId", stack.webClientId),
    extraEnvironment: secretly("extraEnvironment", stack.extraEnvironment),
    overrideEnvironment: secretly("overrideEnvironment", stack.overrideEnvironment),
    members: stack.members && byRole("members", stack.members, (members) => members),
    groups: {
      ...byRole("groupNames", groupNames, (name) => ({ name })),
      ...byRole("existingGroups", existingGroups, (existing) => ({ existing })),
    },
    target: targetArgs(stack, secretly),
  };
}

/** Stands in while another problem keeps the address from being known; never printed. */
const ANY_POCKET_ID = "https://pocket-id.invalid";

/** What is wrong with the connection as a whole, beside the form of its values. */
function connectionProblems(
  connection: Readonly<Record<string, string | number | boolean | undefined>>,
): Problem[] {
  const values = { ...connection, url: connection["url"] ?? ANY_POCKET_ID };
  const valueOf = (key: string) => (values as typeof connection)[key.replace("pocketid:", "")]?.toString();
  const message = connectionProblem(valueOf)?.replace(ANY_POCKET_ID, "Pocket ID");
  return [
    { field: "pocketid", message },
    { field: CONNECTION_KEYS.apiKey, message: storedKeyProblem() },
  ].filter((problem): problem is Problem => problem.message !== undefined);
}
