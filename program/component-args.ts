import type { OcisWithPocketIdArgs, RoleKey } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import type { Key, StackConfiguration } from "./keys";

/** The component's arguments for a stack's configuration. Values of `secretKeys` become secrets. */
export function componentArgs(
  { groupNames = {}, existingGroups = {}, target, ...stack }: StackConfiguration,
  secretKeys: ReadonlySet<Key> = new Set(),
): OcisWithPocketIdArgs {
  const secretly = <T>(key: Key, value: T) =>
    value !== undefined && secretKeys.has(key)
      ? (pulumi.secret(value) as unknown as pulumi.Output<Exclude<T, undefined>>)
      : value;
  const byRole = <T, R>(key: Key, values: { [K in RoleKey]?: T }, of: (value: T | pulumi.Output<T>) => R) =>
    Object.fromEntries(
      Object.entries(values).map(([role, value]) => [role, of(secretly(key, value) as T | pulumi.Output<T>)]),
    ) as { [K in RoleKey]?: R };
  const container = defined({
    image: secretly("ocisImage", stack.ocisImage),
    publish: stack.port === undefined ? undefined : { port: stack.port },
    caCertificate: secretly("caCertificate", stack.caCertificate),
    tls: stack.tls,
    volumes: stack.volumes,
    adoptVolumes: stack.adoptVolumes,
    selinuxRelabel: stack.selinuxRelabel,
    networks: secretly(
      "networks",
      stack.networks?.map((name) => ({ name })),
    ),
    extraHosts: secretly(
      "extraHosts",
      stack.extraHosts && Object.entries(stack.extraHosts).map(([host, ip]) => ({ host, ip })),
    ),
  });
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
    target:
      target === "bundle"
        ? { type: "bundle", ...container, ...defined({ directory: stack.bundleDirectory }) }
        : {
            type: "docker",
            ...container,
            ...defined({
              allowEmptyVolumes: stack.allowEmptyVolumes,
              allowDowngrade: stack.allowDowngrade,
              readiness: stack.readiness === false ? (false as const) : undefined,
            }),
          },
  };
}

/** The properties that have a value. */
export function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
