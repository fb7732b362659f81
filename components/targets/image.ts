import { ProgramError } from "@ocis-pocket-id/providers";
import type * as pulumi from "@pulumi/pulumi";
import { checkImageName } from "../docker-host/preflight/image-version";
import { checkedArgument } from "../inputs";

/**
 * The oCIS that is run unless a program names another: the production channel (`owncloud/ocis`, not `ocis-rolling`), its newest
 * release that upstream says is on Docker Hub (owncloud/ocis#12451). Pinned, as an upgrade of oCIS wants a backup first and
 * can't be undone: nobody should get one by updating this package unawares. Changing it is a release note.
 */
export const DEFAULT_OCIS_IMAGE = "owncloud/ocis:8.0.5";

/**
 * The image of oCIS. The name of another product, or of an oCIS that is too old, is refused.
 *
 * @throws ProgramError; from the output if the image is one
 */
export function checkedImage(image: pulumi.Input<string> = DEFAULT_OCIS_IMAGE): pulumi.Input<string> {
  if (typeof image !== "string") return checkedArgument(image, imageProblem);
  const problem = imageProblem(image);
  if (problem !== undefined) throw new ProgramError(problem.open);
  return image;
}

function imageProblem(image: string) {
  const [problem] = checkImageName(image);
  return (
    problem && {
      open: `image: ${problem.reason}`,
      secret: "image: the secret image isn't one of oCIS 6.0 or later",
    }
  );
}
