import type { Docker } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource } from "../../stacks";
import type { Change } from "../finding";

interface Upload {
  readonly file: string;
  readonly content?: string;
  readonly contentBase64?: string;
}

/** Files that were copied into the container before its start; some hold a secret, so nothing of them is shown. */
export async function fileChanges(
  docker: Docker,
  container: string,
  { inputs }: SnapshotResource,
): Promise<Change[]> {
  const uploads = (inputs["uploads"] ?? []) as readonly Upload[];
  const changes = uploads.map(async ({ file, content, contentBase64 }): Promise<Change[]> => {
    const should =
      contentBase64 === undefined ? Buffer.from(content ?? "") : Buffer.from(contentBase64, "base64");
    const is = await docker.readFile(container, file);
    if (is?.equals(should) === true) return [];
    const words = `file ${file} in it was ${is === undefined ? "deleted" : "edited"}`;
    return [{ field: `files.${file}`, words }];
  });
  return (await Promise.all(changes)).flat();
}
