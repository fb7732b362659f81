import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "./program-error";

/** Who owns which list, for each run of a program: several programs may run in one process. */
const runs = new WeakMap<object, Map<unknown, string>>();

/**
 * Refuses a second owner of one list in one program: each would undo the other's work at every update, since Pocket ID
 * has only full-list writes. At preview an ID may be unknown still; then the same resource's output tells as well.
 */
export function soleOwner(id: pulumi.Input<string>, owner: string, list: string): void {
  claim(id, owner, list);
  pulumi.output(id).apply((known) => {
    claim(known, owner, `${list} ${known}`);
  });
}

function claim(key: unknown, owner: string, list: string): void {
  const run = pulumi.runtime.getStackResource();
  if (run === undefined) return;
  let owners = runs.get(run);
  if (owners === undefined) runs.set(run, (owners = new Map<unknown, string>()));
  const other = owners.get(key);
  if (other !== undefined && other !== owner) {
    throw new ProgramError(`${other} and ${owner} both own ${list}: put all of them into one resource`);
  }
  owners.set(key, owner);
}
