import * as pulumi from "@pulumi/pulumi";
import company from "../../index";

/**
 * The program of this project, whose second generation changes what a stack's settings cannot: the groups' friendly names
 * and the native clients. So an update of the example company changes every object.
 */
function program() {
  const generation = new pulumi.Config("faults").require("generation");
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    const properties = props as Record<string, unknown>;
    if (generation === "first") return undefined;
    if (type.endsWith(":UserGroup")) {
      return {
        props: { ...properties, friendlyName: pulumi.interpolate`${properties["name"]} renamed` },
        opts,
      };
    }
    if (type.endsWith(":OidcClient")) {
      return { props: { ...properties, name: pulumi.interpolate`${properties["name"]} renamed` }, opts };
    }
    return undefined;
  });
  return company();
}

export = program;
