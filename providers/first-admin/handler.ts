import type { InputsOf } from "../core/declare";
import type { Operations } from "../core/handler";
import { pocketIdHandler } from "../core/pocket-id-handler";
import type { PocketId } from "../pocket-id";
import { firstAdmin as declaration } from "./declaration";

type Inputs = InputsOf<typeof declaration>;

const operations: Operations<Inputs, Inputs & { link: string }, PocketId> = {
  async create(inputs, pocketId) {
    const { username, email, firstName = username, lastName = "", linkHours } = inputs;
    const existing = (await pocketId.listUsers()).find((user) => user.username === username);
    if (existing?.isAdmin === false) {
      throw new Error(
        `'${username}' exists in Pocket ID and isn't an admin: make them one there, or name somebody else`,
      );
    }
    const displayName = `${firstName} ${lastName}`.trim();
    const admin = { username, email, firstName, lastName, displayName, isAdmin: true };
    // After a failure below, the next `up` finds the person here.
    const { id } = existing ?? (await pocketId.createUser(admin));
    const token = await pocketId.createOneTimeToken(id, `${linkHours}h`);
    const { issuer } = await pocketId.openIdConfiguration();
    return { id, outputs: { ...inputs, link: `${issuer}/lc/${token}` } };
  },

  async read(id, olds, pocketId) {
    return (await pocketId.findUser(id)) && olds;
  },
  update: (_id, olds, news) => Promise.resolve({ ...news, link: olds.link }),
  // The account stays when the stack is destroyed, like all others.
  delete: () => Promise.resolve(),
};

/** The handler of `FirstAdmin`. */
export const firstAdmin = pocketIdHandler(declaration, operations);
