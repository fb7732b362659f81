import * as pulumi from "./core/sdk";
import { refuseKeyInClear } from "./core/program-error";
import { CONNECTION_KEYS } from "./pocket-id/connection";

/** Arguments of a {@link PocketIdProvider}. */
export interface PocketIdProviderArgs {
  /** Address of Pocket ID: `https://pocket-id.company.com`. @default the environment's POCKET_ID_URL */
  url?: pulumi.Input<string>;
  /**
   * API key of an admin. Kept as a secret in state. @default the environment's POCKET_ID_API_KEY, if POCKET_ID_URL names
   * this server or `apiKeyFromEnvironment` is set
   */
  apiKey?: pulumi.Input<string>;
  /** Whether the environment's key may be used for this `url`. @default false */
  apiKeyFromEnvironment?: pulumi.Input<boolean>;
  /** Bound on each request, in seconds, 1 to 3600. @default 30 */
  timeoutSeconds?: pulumi.Input<number>;
  /** PEM of a private authority that signed the server's certificate, trusted beside the public ones. */
  caCertificate?: pulumi.Input<string>;
  /** Whether plain http is fine for a server that is not on this machine. @default false */
  insecureHttp?: pulumi.Input<boolean>;
}

/**
 * The connection to one Pocket ID, for programs that use several, or compute the URL. Without it, resources use
 * the stack's `pocketid:url` and `pocketid:apiKey`.
 *
 * @example
 * const pocketId = new PocketIdProvider("company", { url: "https://pocket-id.company.com", apiKey });
 * new UserGroup("admins", { name: "ocisAdmin" }, { provider: pocketId });
 */
export class PocketIdProvider extends pulumi.ProviderResource {
  /** What look-ups in the program read the connection from; the key in it is a secret. */
  readonly configuration: Readonly<Record<string, pulumi.Input<string> | undefined>>;

  /** Whether something is a connection to a Pocket ID, made by this or another copy of this package. */
  static override isInstance(candidate: unknown): candidate is PocketIdProvider {
    return pulumi.ProviderResource.isInstance(candidate) && "configuration" in candidate;
  }

  constructor(name: string, args: PocketIdProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    refuseKeyInClear();
    const configuration = {
      [CONNECTION_KEYS.url]: args.url,
      [CONNECTION_KEYS.apiKey]: args.apiKey === undefined ? undefined : pulumi.secret(args.apiKey),
      [CONNECTION_KEYS.apiKeyFromEnvironment]: text(args.apiKeyFromEnvironment),
      [CONNECTION_KEYS.timeoutSeconds]: text(args.timeoutSeconds),
      [CONNECTION_KEYS.caCertificate]: args.caCertificate,
      [CONNECTION_KEYS.insecureHttp]: text(args.insecureHttp),
    };
    // The package whose plugin runs dynamic resources; the engine hands it these properties as configuration.
    super("pulumi-nodejs", name, configuration, opts);
    this.configuration = configuration;
  }
}

/** Configuration values are text, as those of a stack are. */
function text(value: pulumi.Input<boolean | number> | undefined): pulumi.Output<string> | undefined {
  return value === undefined ? undefined : pulumi.output(value).apply(String);
}
