import type { Container } from "@ocis-pocket-id/components/docker-host";
import { ownEnvironment } from "../../doctor/own-environment";
import { subjectsOf } from "../../doctor/subject";
import { type Change, isShouldBe, shown } from "../finding";
import type { InDocker } from "./index";
import { mayShow } from "./may-show";

/** So many variables that are missing have a line each; more share one. */
const LINES = 3;

/** What Podman adds by itself, along with `container=podman`. */
const OF_PODMAN = new Set(["container", "HOME", "HOSTNAME", "TERM"]);

/**
 * Variables that are not as they should be. Values are shown only of variables that this package sets: any other may be a
 * password, whatever its name.
 *
 * @param ofImage the variables that the image brings along
 */
export function environmentChanges(
  { Env: live }: Pick<Container["Config"], "Env">,
  one: InDocker,
  ofImage: readonly string[],
): Change[] {
  const should = variablesIn((one.resource.inputs["envs"] ?? []) as string[]);
  const is = variablesIn(live ?? []);
  const brought = variablesIn(ofImage);
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
    (name) => !should.has(name) && brought.get(name) !== is.get(name) && !isOfEngine(name),
  );
  return [
    ...wrong.map((name) => {
      const what = `variable ${name}`;
      return change(
        name,
        isShown(name) ? isShouldBe(what, is.get(name), should.get(name)) : `${what} differs`,
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

export function variablesIn(variables: readonly string[]): Map<string, string> {
  return new Map(
    variables.map((variable) => {
      const [name = ""] = variable.split("=", 1);
      return [name, variable.slice(name.length + 1)];
    }),
  );
}
