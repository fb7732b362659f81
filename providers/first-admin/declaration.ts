import * as pulumi from "../core/sdk";
import { type ArgsOf, declare } from "../core/declare";
import { ProgramError } from "../core/program-error";
import { declared, PocketIdResource } from "../core/resource";
import { anyText, composed, integer, text, textWithout } from "../core/schema";

/** What Pocket ID accepts as a username. */
const usernameProblem = (name: string) =>
  name.length <= 50 && /^[a-zA-Z0-9]([a-zA-Z0-9_.@-]*[a-zA-Z0-9])?$/.test(name)
    ? undefined
    : "must be 1 to 50 letters, digits, dots, hyphens, underscores and @, with a letter or digit at both ends";
const emailProblem = (address: string) =>
  address.length <= 255 && /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)*$/.test(address)
    ? undefined
    : "must be an e-mail address like alice@company.com";

/** The declaration of {@link FirstAdmin}. */
export const firstAdmin = declare({
  type: "FirstAdmin",
  title: ({ username }) => `admin ${username}`,
  properties: {
    /** The username, 1 to 50 characters. Another one invites another person; the first one stays. */
    username: { schema: textWithout(usernameProblem), replaces: true },
    /** The e-mail address, which Pocket ID requires by default. */
    email: { schema: composed(textWithout(emailProblem)), compared: false },
    /** The first name, at most 50 characters. @default the username */
    firstName: { schema: text(1, 50), optional: true, compared: false },
    /** The last name, at most 50 characters. @default none */
    lastName: { schema: text(0, 50), optional: true, compared: false },
    /** How long the link works, in hours, 1 to 744. @default 72 */
    linkHours: { schema: integer(1, 744, "hours"), default: 72, compared: false },
    /** The link that signs the admin in once, to add a passkey; a secret. */
    link: { schema: anyText, computed: true },
  },
});

/**
 * Arguments of {@link FirstAdmin}.
 *
 * @interface
 */
export type FirstAdminArgs = ArgsOf<typeof firstAdmin>;

/**
 * The first admin of a new Pocket ID, with a link to sign in and add a passkey. It closes Pocket ID's setup page, where
 * anybody could become admin until then. Later edits belong to Pocket ID, and destroy keeps the person.
 *
 * An existing person with this username must be an admin; they also get a link.
 *
 * @example
 * export const firstLogin = new FirstAdmin("admin", { username: "alice", email: "alice@company.com" }).link;
 */
export class FirstAdmin extends PocketIdResource<typeof firstAdmin> {
  constructor(name: string, args: FirstAdminArgs, opts?: pulumi.CustomResourceOptions) {
    // The handler isn't asked at a first preview, as the key of a Pocket ID that the stack starts isn't known then.
    for (const [property, problemOf] of Object.entries({ username: usernameProblem, email: emailProblem })) {
      const value = args[property as "username" | "email"];
      const problem = typeof value === "string" ? problemOf(value) : undefined;
      if (problem !== undefined) throw new ProgramError(`${name}: ${property} ${problem}`);
    }
    super(
      ...declared(
        new.target,
        firstAdmin,
        name,
        args,
        pulumi.mergeOptions(opts, { additionalSecretOutputs: ["link"] }),
      ),
    );
  }
}
