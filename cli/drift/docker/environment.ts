import type { ContainerInspectInfo } from "dockerode";
import type { SnapshotResource } from "../../stacks";
import { type Change, isShouldBe } from "../finding";

/** Variables whose values are not shown, whoever set them. */
const SECRET_NAMES = /passw|secret|token|key|credential/i;

/** @param ofImage the variables that the image brings along */
export function environmentChanges(
  { Config: config }: ContainerInspectInfo,
  { inputs, secrets }: SnapshotResource,
  ofImage: readonly string[],
): Change[] {
  const should = byName((inputs["envs"] ?? []) as string[]);
  const is = byName(config.Env);
  const brought = byName(ofImage);
  const words = (name: string): string => {
    const what = `variable ${name}`;
    if (!should.has(name)) return `${what} was added`;
    // One secret makes the whole list secret, and a value set by hand may be one as well.
    const hidden = secrets.has("envs") || SECRET_NAMES.test(name);
    if (!hidden) return isShouldBe(what, is.get(name), should.get(name));
    return is.has(name) ? `${what} has another value` : `${what} is missing`;
  };
  const wrong = [...should].filter(([name, value]) => is.get(name) !== value);
  const added = [...is].filter(([name, value]) => !should.has(name) && brought.get(name) !== value);
  return [...wrong, ...added].map(([name]) => ({ field: `environment.${name}`, words: words(name) }));
}

function byName(variables: readonly string[]): Map<string, string> {
  return new Map(
    variables.map((variable) => {
      const [name = ""] = variable.split("=", 1);
      return [name, variable.slice(name.length + 1)];
    }),
  );
}
