import { type Container, type Docker, OWNER_LABEL } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource } from "../../stacks";
import { variablesIn } from "../../stacks/docker";
import { ownEnvironment, subjectsOf } from "../../stacks/subject";
import { type Change, isShouldBe, shown } from "../finding";
import { type InDocker, labelsOf, mayShow } from "./resource";

/** More missing variables than this share one line. */
const MAX_LINES = 3;

/** Variables that Podman adds, along with `container=podman`. */
const OF_PODMAN = new Set(["container", "HOME", "HOSTNAME", "TERM"]);

/**
 * Variables that differ from state. Only values that this package sets are shown: any other can be a password.
 *
 * @param ofImage the image's own variables
 */
export function environmentChanges(
  { Env: live }: Pick<Container["Config"], "Env">,
  one: InDocker,
  ofImage: readonly string[],
): Change[] {
  const should = variablesIn((one.resource.inputs["envs"] ?? []) as string[]);
  const is = variablesIn(live ?? []);
  const imageSets = variablesIn(ofImage);
  const own = ownVariables(one, Object.fromEntries(should));
  const isShown = (name: string) => {
    const isOwn = Object.hasOwn(own, name) && own[name] === should.get(name);
    return mayShow(one, "envs", isOwn);
  };
  const change = (name: string, words: string) => ({ field: `environment.${name}`, words });
  const names = [...should.keys()];

  const missing = names.filter((name) => !is.has(name));
  const wrong = names.filter((name) => is.has(name) && is.get(name) !== should.get(name));
  const isOfEngine = (name: string) => is.get("container") === "podman" && OF_PODMAN.has(name);
  const added = [...is.keys()].filter(
    (name) => !should.has(name) && imageSets.get(name) !== is.get(name) && !isOfEngine(name),
  );
  return [
    ...wrong.map((name) => {
      const what = `variable ${name}`;
      return change(
        name,
        isShown(name) ? isShouldBe(what, is.get(name), should.get(name)) : `${what} differs`,
      );
    }),
    ...(missing.length > MAX_LINES
      ? [
          {
            field: "environment",
            words: `${missing.length} variables are missing, such as ${missing.slice(0, MAX_LINES).join(", ")}`,
          },
        ]
      : missing.map((name) => change(name, `variable ${name} is missing`))),
    ...added.map((name) => {
      const value = mayShow(one, "envs", false) ? ` = ${shown(is.get(name))}` : "";
      return change(name, `variable ${name}${value} was added`);
    }),
  ];
}

function ownVariables({ snapshot }: InDocker, set: Readonly<Record<string, string>>) {
  const subjects = subjectsOf(snapshot);
  const subject = subjects.find(({ ocisUrl }) => ocisUrl === set["OCIS_URL"]) ?? subjects[0];
  if (subject === undefined) return ownEnvironment(undefined, set);
  const { ocisUrl, issuer, claimKey, webClient } = subject;
  return ownEnvironment({ ocisUrl, issuer, claimKey, clientId: webClient.id }, set);
}

/** The prefix of our own labels. */
const OWN = "io.github.ocis-pocket-id.";

/** Labels that differ from state. Values of labels that aren't ours can contain a password, as a proxy's do. */
export function labelChanges({ Labels: live }: Pick<Container["Config"], "Labels">, one: InDocker): Change[] {
  return (
    Object.entries(labelsOf(one.resource))
      .filter(([label, value]) => live?.[label] !== value)
      // Another owner has a finding of its own.
      .filter(([label]) => label !== OWNER_LABEL)
      .map(([label, value]) => ({
        field: `labels.${label}`,
        words: mayShow(one, "labels", label.startsWith(OWN))
          ? isShouldBe(`label ${label}`, live?.[label], value)
          : `label ${label} ${live?.[label] === undefined ? "is missing" : "differs"}`,
      }))
  );
}

interface Upload {
  readonly file: string;
  readonly content?: string;
  readonly contentBase64?: string;
}

/** Files that were copied into the container before it started. Some contain a secret, so their text isn't shown. */
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
    const words = `file ${file} was ${is === undefined ? "deleted" : "edited"}`;
    return [{ field: `files.${file}`, words }];
  });
  return (await Promise.all(changes)).flat();
}
