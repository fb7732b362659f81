import type { Container } from "@ocis-pocket-id/components/docker-host";
import type { SnapshotResource } from "../../stacks";
import { type Change, isShouldBe } from "../finding";

/** Variables whose values are not shown, whoever set them. */
const SECRET_NAMES = /passw|secret|token|key|credential/i;

/** So many variables that are missing have a line each; more share one. */
const LINES = 3;

/** What Podman adds by itself, along with `container=podman`. */
const OF_PODMAN = new Set(["container", "HOME", "HOSTNAME", "TERM"]);

/** @param ofImage the variables that the image brings along */
export function environmentChanges(
  { Config: config }: Container,
  { inputs, secrets }: SnapshotResource,
  ofImage: readonly string[],
): Change[] {
  const should = byName((inputs["envs"] ?? []) as string[]);
  const is = byName(config.Env ?? []);
  const brought = byName(ofImage);
  // One secret makes the whole list secret, and a value set by hand may be one as well.
  const isHidden = (name: string) => secrets.has("envs") || SECRET_NAMES.test(name);
  const change = (name: string, words: string) => ({ field: `environment.${name}`, words });
  const names = [...should.keys()];

  const missing = names.filter((name) => !is.has(name));
  const wrong = names.filter((name) => is.has(name) && is.get(name) !== should.get(name));
  const isOfEngine = (name: string) => is.get("container") === "podman" && OF_PODMAN.has(name);
  const added = [...is.keys()].filter(
    (name) => !should.has(name) && brought.get(name) !== is.get(name) && !isOfEngine(name),
  );
  return [
    ...wrong.map((name) => {
      const what = `variable ${name}`;
      return change(
        name,
        isHidden(name) ? `${what} has another value` : isShouldBe(what, is.get(name), should.get(name)),
      );
    }),
    ...(missing.length > LINES
      ? [
          {
            field: "environment",
            words: `${missing.length} variables are missing, such as ${missing.slice(0, LINES).join(", ")}`,
          },
        ]
      : missing.map((name) => change(name, `variable ${name} is missing`))),
    ...added.map((name) => change(name, `variable ${name} was added`)),
  ];
}

function byName(variables: readonly string[]): Map<string, string> {
  return new Map(
    variables.map((variable) => {
      const [name = ""] = variable.split("=", 1);
      return [name, variable.slice(name.length + 1)];
    }),
  );
}
