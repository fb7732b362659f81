import { posix } from "node:path";
import { type Contents, inWords, type Kind } from "./kubernetes-contents";
import type { Container, Projection, Volume, VolumeMount, Workload } from "./kubernetes-objects";
import type { Mount, MountedFile } from "./setup";

/** What a container mounts: claims, and the files of ConfigMaps and Secrets. @throws Error in one line */
export async function mountsOf(
  workload: Workload,
  container: Container,
  contents: Contents,
): Promise<Mount[]> {
  const { spec, metadata } = workload;
  const volumes = new Map((spec.template.spec.volumes ?? []).map((volume) => [volume.name, volume]));
  // A StatefulSet's pods are numbered, and their claims after them.
  for (const { metadata: template } of spec.volumeClaimTemplates ?? []) {
    const claimName = `${template.name}-${metadata.name}-0`;
    volumes.set(template.name, { name: template.name, persistentVolumeClaim: { claimName } });
  }
  return Promise.all(
    (container.volumeMounts ?? []).map((mount) => mountOfVolume(mount, volumes.get(mount.name), contents)),
  );
}

async function mountOfVolume(
  mount: VolumeMount,
  volume: Volume | undefined,
  contents: Contents,
): Promise<Mount> {
  const target = mount.mountPath.replace(/(?<=.)\/$/, "");
  const below = mount.subPath ?? mount.subPathExpr ?? "";
  const claim = volume?.persistentVolumeClaim?.claimName;
  if (claim !== undefined) {
    if (below === "") return { source: claim, target };
    return { source: undefined, target, what: `the folder '${below}' of claim '${claim}'` };
  }
  const texts = volume === undefined ? [] : await projected(volume, contents);
  const what = texts.map(({ kind, name }) => inWords(kind, name)).join(" and ") || kindOf(volume);
  if (texts.length === 0) return { source: undefined, target, what };
  const files = texts.flatMap(({ files: its }) => its).flatMap((file) => mounted(file, below, target));
  return { source: undefined, target, what, files };
}

/** With a subPath, a file or folder of the volume is mounted at the target itself. */
function mounted(file: MountedFile, below: string, target: string): MountedFile[] {
  if (below === "") return [{ ...file, path: posix.join(target, file.path) }];
  const path = posix.relative(below, file.path);
  return path.startsWith("..") ? [] : [{ ...file, path: posix.join(target, path) }];
}

/** `emptyDir` */
const kindOf = (volume: Volume | undefined) =>
  Object.keys(volume ?? {}).find((key) => key !== "name") ?? "a volume that isn't declared";

/** The ConfigMaps and Secrets of a volume, with what they put into it. */
async function projected(volume: Volume, contents: Contents) {
  const sources = [volume, ...(volume.projected?.sources ?? [])];
  const found = sources.flatMap(({ configMap, secret }): [Kind, Projection][] => [
    ...(configMap === undefined ? [] : [["configmap", configMap] as [Kind, Projection]]),
    ...(secret === undefined ? [] : [["secret", secret] as [Kind, Projection]]),
  ]);
  return Promise.all(
    found.map(async ([kind, { name: ofMap, secretName, optional, items }]) => {
      const name = secretName ?? ofMap ?? "";
      const texts = (await contents.of(kind, name, optional)) ?? {};
      const chosen = items ?? Object.keys(texts).map((key) => ({ key, path: key }));
      const files = chosen.flatMap(({ key, path }): MountedFile[] => {
        const text = texts[key];
        return text === undefined ? [] : [{ path, text, print: printing(kind, name, key) }];
      });
      return { kind, name, files };
    }),
  );
}

function printing(kind: Kind, name: string, key: string): string {
  const decoded = kind === "secret" ? " | base64decode" : "";
  return `get ${kind}/${name} --output=go-template='{{index .data "${key}"${decoded}}}'`;
}
