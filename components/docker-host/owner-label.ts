/** The label that says whose a container or volume is: `<project>/<stack>/<component>`. */
export const OWNER_LABEL = "io.github.ocis-pocket-id.owner";
