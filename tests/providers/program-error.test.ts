import { ProgramError } from "@ocis-pocket-id/providers";
import { SettingsError } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";

test.each([
  ["a program's mistake", new ProgramError("no such group")],
  ["settings that don't fit", new SettingsError([{ field: "domain", message: "is missing" }])],
])("%s has no frames, which Node might never finish colouring", (_what, error) => {
  expect(error.stack).toBe("");
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toMatch(/no such group|domain: is missing/);
});

test("Pulumi shows the message of a program's mistake alone", () => {
  expect(pulumi.RunError.isInstance(new ProgramError("no such group"))).toBe(true);
});

test("the message stays as it is, wherever an output takes it", () => {
  const error = new ProgramError("no such group");
  error.message = `error serializing property "envs": ${error.message}`;
  expect(error.message).toBe("no such group");
});
