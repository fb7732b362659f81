import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { StackSnapshot } from "../stacks";
import { variablesIn } from "../stacks/docker";
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

function keyIn({ resources }: StackSnapshot): string | undefined {
  const isPocketId = (urn: string) => urn.includes("ocis-pocket-id:index:PocketIdServer$docker:");
  const container = resources.find(({ urn, inputs }) => isPocketId(urn) && "envs" in inputs);
  return variablesIn((container?.inputs["envs"] ?? []) as string[]).get("ENCRYPTION_KEY");
}
