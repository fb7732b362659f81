import { typeCheck } from "../docs/type-check";

/** What the compiler makes of a declaration. Each piece of code is compiled as a file in tests/docs. */
const CODE: Readonly<Record<string, { code: string; problem?: string }>> = {
  "an argument takes an Input, and an output is an Output": {
    code: `
      import type { Output } from "@pulumi/pulumi";
      import { ClientWithMotto } from "../support/made-up";
      const one = new ClientWithMotto("one", { name: "One" });
      const two = new ClientWithMotto("two", { name: "Two", motto: one.motto, callbackUrls: [one.name] });
      export const motto: Output<string> = two.motto;
      export const launchUrl: Output<string | undefined> = two.launchUrl;`,
  },
  "an argument of another type is refused": {
    code: `
      import { ClientWithMotto } from "../support/made-up";
      new ClientWithMotto("one", { name: "One", motto: 7 });`,
    problem: "Type 'number' is not assignable to type 'Input<string>'.",
  },
  "an argument that is needed can't be left out": {
    code: `
      import { ClientWithMotto } from "../support/made-up";
      new ClientWithMotto("one", { motto: "Hello" });`,
    problem: "Property 'name' is missing in type",
  },
  "what only the handler sets isn't an argument": {
    code: `
      import { ClientWithMotto } from "../support/made-up";
      new ClientWithMotto("one", { name: "One", adopted: true });`,
    problem: "'adopted' does not exist in type 'ClientWithMottoArgs'",
  },
  "what only steers the handler isn't an output": {
    code: `
      import { ClientWithMotto } from "../support/made-up";
      export const adopt = new ClientWithMotto("one", { name: "One" }).adopt;`,
    problem: "Property 'adopt' does not exist on type 'ClientWithMotto'.",
  },
  "handlers get values, with defaults filled in": {
    code: `
      import type { InputsOf } from "../../providers/core/declare";
      import type { clientWithMotto } from "../support/made-up";
      declare const inputs: InputsOf<typeof clientWithMotto>;
      export const motto: string = inputs.motto;
      export const callbackUrls: string[] | undefined = inputs.callbackUrls;`,
  },
  "a default has the property's type": {
    code: `
      import { declare } from "../../providers/core/declare";
      import { flag } from "../../providers/core/schema";
      export const group = declare({
        type: "Group",
        title: () => "group",
        properties: { open: { schema: flag, default: "no" } },
      });`,
    problem: "is of another type than the schema",
  },
  "a property can follow only one that is there": {
    code: `
      import { declare } from "../../providers/core/declare";
      import { anyText } from "../../providers/core/schema";
      export const group = declare({
        type: "Group",
        title: ({ name }) => name,
        properties: { name: { schema: anyText }, label: { schema: anyText, sameAs: "nam" } },
      });`,
    problem: "is not assignable to type 'never'",
  },
};

const found = typeCheck(Object.entries(CODE).map(([where, { code }]) => ({ where, code })));

test.each(Object.entries(CODE))("%s", (where, { problem }) => {
  const messages = found.get(where) ?? [];
  if (problem === undefined) expect(messages).toEqual([]);
  else expect(messages).toContainEqual(expect.stringContaining(problem));
});
