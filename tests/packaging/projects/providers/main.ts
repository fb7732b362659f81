/** A program of somebody who has installed only the Pocket ID resources, without running it. */
import { CustomClaims, UserGroup } from "@ocis-pocket-id/providers";
import { acceptsCallback } from "@ocis-pocket-id/providers/callback-url";
import { userGroup } from "@ocis-pocket-id/providers/handlers";

export function program() {
  const staff = new UserGroup("staff", { name: "staff" });
  return new CustomClaims("staff", { groupId: staff.id, claims: [{ key: "department", value: "office" }] });
}

console.log([typeof program, typeof userGroup.create, typeof acceptsCallback].join());
