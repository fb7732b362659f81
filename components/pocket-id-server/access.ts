import {
  FirstAdmin,
  type FirstAdminArgs,
  PocketIdProvider,
  type PocketIdProviderArgs,
  PocketIdReady,
  type PocketIdReadyArgs,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { componentOpts } from "../inputs";

/** What leads to a Pocket ID that the stack runs. */
export interface Access {
  /** Its public URL. */
  url: pulumi.Input<string>;
  /** Other options for reaching its API from this machine. */
  connection: Omit<PocketIdProviderArgs, "apiKey" | "apiKeyFromEnvironment"> | undefined;
  /** The key that it was started with. */
  apiKey: pulumi.Output<string>;
  admin: FirstAdminArgs | undefined;
  ready: PocketIdReadyArgs;
  /** What must be there before it can be reached. */
  dependsOn: pulumi.Resource[];
}

/** Declares the wait for the server, its first admin, and the connection for others' resources, which waits for both. */
export function accessTo(
  name: string,
  { url, connection, apiKey, admin, ready, dependsOn }: Access,
  child: pulumi.CustomResourceOptions,
) {
  const connect = (key: pulumi.Input<string>): PocketIdProviderArgs => ({ url, ...connection, apiKey: key });
  const provider = new PocketIdProvider(`${name}-starting`, connect(apiKey), child);
  const started = new PocketIdReady(`${name}-ready`, ready, { ...child, provider, dependsOn });
  const afterwards = { ...child, provider, dependsOn: [started] };
  const first = admin && new FirstAdmin(`${name}-admin`, admin, afterwards);
  // Known as long as the key is, but only once the server is ready.
  const usable = pulumi.all([apiKey, started.urn, first?.urn]).apply(([key]) => key);
  return {
    version: started.version,
    adminLink: first?.link,
    apiKey: usable,
    provider: new PocketIdProvider(name, connect(usable), child),
  };
}

/** Options of a component that takes the place of another type in the same stack, and then keeps its keys. */
export function successorOf(
  type: "PocketIdServer" | "PocketIdOnKubernetes",
  opts: pulumi.ComponentResourceOptions,
): pulumi.ComponentResourceOptions {
  return pulumi.mergeOptions(componentOpts(opts), { aliases: [{ type: `ocis-pocket-id:index:${type}` }] });
}
