import { load } from "js-yaml";
import { at, entries, isObject, type Rule, type Subject, texts } from "./rule";

interface Options {
  readonly requireDigest: boolean;
  readonly registries: readonly string[];
}

/** An image, and where it is in the resource. */
interface Use {
  readonly where: string;
  readonly image: unknown;
}

/** Where each type of resource has images, by the type's name in Pulumi. */
const IMAGES: readonly (readonly [RegExp, (props: Subject["props"]) => readonly Use[]])[] = [
  [/^docker:index\/container:Container$/, ({ image }) => [{ where: "image", image }]],
  [/^docker:index\/remoteImage:RemoteImage$/, ({ name }) => [{ where: "image", image: name }]],
  [
    /^docker:index\/service:Service$/,
    (props) => [{ where: "image", image: at(props, "taskSpec", "containerSpec", "image") }],
  ],
  [/^pulumi-nodejs:dynamic\/ocis:LocalFiles$/, composeImages],
  [/^kubernetes:(apps|batch)\/v1:/, (props) => podImages(at(props, "spec", "template", "spec"))],
  [/^kubernetes:core\/v1:Pod$/, (props) => podImages(props["spec"])],
];

/** An image without a version can be another one at the next pull. */
export const imagesArePinned: Rule<Options> = {
  name: "images-are-pinned",
  description: "Images have a version or a digest.",
  severity: "medium",
  options: {
    requireDigest: {
      type: "boolean",
      description: "Whether a version isn't enough, because a registry can replace it.",
      default: false,
    },
    registries: texts("Registries that images may come from, such as docker.io; empty for any."),
  },
  appliesTo: (type) => IMAGES.some(([pattern]) => pattern.test(type)),
  problems: ({ type, props }, options) =>
    IMAGES.flatMap(([pattern, imagesIn]) => (pattern.test(type) ? imagesIn(props) : [])).flatMap(
      ({ where, image }) => {
        const problem = typeof image === "string" ? imageProblem(image, options) : undefined;
        return problem === undefined ? [] : [`${where} ${problem}`];
      },
    ),
};

/** What is wrong with an image; undefined if nothing is. */
export function imageProblem(image: string, { requireDigest, registries }: Options): string | undefined {
  // An image's own ID, which Docker's provider gives to containers.
  if (/^sha256:[0-9a-f]{64}$/.test(image)) return undefined;
  const [, name = "", tag, digest] =
    /^([^@]*?)(?::([\w][\w.-]*))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(image) ?? [];
  const [host = ""] = name.split("/");
  const registry = name.includes("/") && /[.:]|^localhost$/.test(host) ? host : "docker.io";
  if (registries.length > 0 && !registries.includes(registry))
    return "comes from a registry that isn't in registries: use another image, or add the registry";
  if (digest !== undefined) return undefined;
  if (requireDigest) return "has no digest: write it as NAME:VERSION@sha256:DIGEST";
  if (tag === undefined) return "has no tag, which means latest: write it as NAME:VERSION";
  if (/^latest/.test(tag)) return "has the tag latest, or one that starts with it: write a version instead";
  if (!/(^|[.-])v?\d/i.test(tag))
    return "has a tag without a version: write a version instead, or add a digest";
  return undefined;
}

function composeImages({ files, secretFiles }: Subject["props"]): readonly Use[] {
  return [files, secretFiles].flatMap((texts) =>
    Object.entries(isObject(texts) ? texts : {}).flatMap(([file, text]) => {
      if (!/^(docker-)?compose\b.*\.ya?ml$/.test(file) || typeof text !== "string") return [];
      const services = at(yamlIn(text), "services");
      return Object.entries(isObject(services) ? services : {}).map(([service, settings]) => ({
        where: `${file}: image of service ${service}`,
        image: at(settings, "image"),
      }));
    }),
  );
}

/** Docker Compose reports what isn't YAML; a parser's message would quote it. */
function yamlIn(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

function podImages(spec: unknown): readonly Use[] {
  return ["initContainers", "containers"].flatMap((list) =>
    entries(at(spec, list)).map((container, index) => ({
      where: `image of ${list}[${index}]`,
      image: at(container, "image"),
    })),
  );
}
