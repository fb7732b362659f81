import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { StackSnapshot } from "../stacks";
import type { Manifest } from "./manifest";

/** Something that only the same key of Pocket ID's database fits, and from which the key can't be guessed. */
export type KeyCheck = NonNullable<Manifest["keyCheck"]>;

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const LENGTH = 32;

/** The check for the key of a managed Pocket ID in a stack's state; undefined without one. */
export async function keyCheckOf(snapshot: StackSnapshot): Promise<KeyCheck | undefined> {
  const key = keyIn(snapshot);
  if (key === undefined) return undefined;
  const salt = randomBytes(16);
  return { salt: salt.toString("hex"), hash: (await derive(key, salt, LENGTH)).toString("hex") };
}

/** Whether a stack can decrypt the Pocket ID of a backup. A stack without containers gets its key from its own state. */
export async function hasKeyOf({ keyCheck }: Manifest, snapshot: StackSnapshot): Promise<boolean> {
  const key = keyIn(snapshot);
  if (keyCheck === undefined || key === undefined) return true;
  const hash = await derive(key, Buffer.from(keyCheck.salt, "hex"), LENGTH);
  return timingSafeEqual(hash, Buffer.from(keyCheck.hash, "hex"));
}

/** The key as the last `up` gave it to Pocket ID, in a file of the container or of a Secret. */
function keyIn({ resources }: StackSnapshot): string | undefined {
  for (const { urn, inputs } of resources) {
    if (urn.includes("ocis-pocket-id:index:PocketIdServer$docker:")) {
      const uploads = (inputs["uploads"] ?? []) as readonly { file?: string; content?: string }[];
      const upload = uploads.find(({ file }) => file?.endsWith("/encryption-key"));
      if (upload?.content !== undefined) return upload.content;
    }
    if (urn.includes("ocis-pocket-id:index:PocketIdOnKubernetes$kubernetes:core/v1:Secret::")) {
      const { "encryption-key": encoded } = (inputs["data"] ?? {}) as Readonly<Record<string, string>>;
      if (encoded !== undefined) return Buffer.from(encoded, "base64").toString();
    }
  }
  return undefined;
}
