import { declaredResource, type HandlerModule } from "./resource";

/** The module that the engine's plugin loads for the resources of this package. */
export const HANDLERS: HandlerModule = {
  specifier: "@ocis-pocket-id/providers/handlers",
  token: "pocketid",
};

/** What every resource in Pocket ID extends: `class UserGroup extends PocketIdResource<typeof userGroup>`. */
export const PocketIdResource = declaredResource(HANDLERS);
