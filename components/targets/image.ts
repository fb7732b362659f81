import { ProgramError } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { checkImageName } from "../docker-host/preflight/image-version";

/**
 * The oCIS that is run unless a program names another: the production channel (`owncloud/ocis`, not `ocis-rolling`), its newest
 * release that upstream says is on Docker Hub (owncloud/ocis#12451). Pinned, as an upgrade of oCIS wants a backup first and
 * can't be undone: nobody should get one by updating this package unawares. Changing it is a release note.
 */
export const DEFAULT_OCIS_IMAGE = "owncloud/ocis:8.0.5";

/**
 * The image of oCIS. The name of another product, or of an oCIS that is too old, is refused.
 *
 * @throws ProgramError, from the output if the image isn't known yet
 */
export function checkedImage(image: pulumi.Input<string> = DEFAULT_OCIS_IMAGE): pulumi.Input<string> {
  if (typeof image === "string") return checked(image);
  const output = pulumi.output(image);
  return output.apply(async (known) => checked(known, await pulumi.isSecret(output)));
}

function checked(image: string, isSecret = false): string {
  const [problem] = checkImageName(image);
  if (problem === undefined) return image;
  throw new ProgramError(
    `image: ${isSecret ? "the secret image isn't one of oCIS 6.0 or later" : problem.reason}`,
  );
}
