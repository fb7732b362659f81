import type { KubernetesObject } from "@ocis-pocket-id/components/kubernetes";
import type { ReadCluster } from "./kubernetes-objects";

/** Where texts come from. */
export type Kind = "configmap" | "secret";

const NAMES: Readonly<Record<Kind, string>> = { configmap: "ConfigMap", secret: "Secret" };

/** `Secret 'ocis'` */
export const inWords = (kind: Kind, name: string) => `${NAMES[kind]} '${name}'`;

interface WithTexts extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** The texts of ConfigMaps and Secrets, each asked for once. */
export class Contents {
  readonly #known = new Map<string, Promise<Readonly<Record<string, string>> | undefined>>();

  constructor(
    private readonly cluster: ReadCluster,
    private readonly namespace: string,
  ) {}

  /** The texts by key; undefined for an object that may be missing, and is. @throws Error in one line */
  async of(
    kind: Kind,
    name: string,
    optional = false,
  ): Promise<Readonly<Record<string, string>> | undefined> {
    const reference = `${kind}/${name}`;
    const asked = this.#known.get(reference) ?? this.#ask(kind, name);
    this.#known.set(reference, asked);
    const texts = await asked;
    if (texts !== undefined || optional) return texts;
    throw new Error(
      `${inWords(kind, name)}, which oCIS uses, doesn't exist in namespace '${this.namespace}': create it, and import again`,
    );
  }

  async #ask(kind: Kind, name: string) {
    const found = await this.cluster.find<WithTexts>(kind, name, this.namespace);
    if (found === undefined) return undefined;
    const { data = {}, binaryData = {} } = found;
    const decoded = Object.entries(kind === "secret" ? data : binaryData).map(([key, text]) => [
      key,
      Buffer.from(text, "base64").toString("utf8"),
    ]);
    return { ...(kind === "secret" ? {} : data), ...(Object.fromEntries(decoded) as Record<string, string>) };
  }
}
