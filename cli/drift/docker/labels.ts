import { type Container, OWNER_LABEL } from "@ocis-pocket-id/components/docker-host";
import { type Change, isShouldBe } from "../finding";
import type { InDocker } from "./index";
import { mayShow } from "./may-show";
import { labelsOf } from "./names";

/** What the names of our own labels begin with. */
const OWN = "io.github.ocis-pocket-id.";

/** Labels that are not as the program sets them. Values of labels that aren't ours may hold a password, as a proxy's do. */
export function labelChanges({ Labels: live }: Pick<Container["Config"], "Labels">, one: InDocker): Change[] {
  return (
    Object.entries(labelsOf(one.resource))
      .filter(([label, value]) => live?.[label] !== value)
      // Whose another container is, is told already.
      .filter(([label]) => label !== OWNER_LABEL)
      .map(([label, value]) => ({
        field: `labels.${label}`,
        words: mayShow(one, "labels", label.startsWith(OWN))
          ? isShouldBe(`label ${label}`, live?.[label], value)
          : `label ${label} ${live?.[label] === undefined ? "is missing" : "differs"}`,
      }))
  );
}
