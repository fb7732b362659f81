/** What a program needs to declare its connection: loaded in a moment, so that the engine can start its plugin at once. */
export { isConfigSecret } from "./config-secret";
export { CONNECTION_KEYS, connectionProblem } from "./pocket-id/connection";
export { PocketIdProvider, type PocketIdProviderArgs } from "./provider";
