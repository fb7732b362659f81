import type { Schema } from "../core/property";
import { textWithout } from "../core/schema";
import { callbackProblem } from "./callback-url";

/** A callback URL that some version of Pocket ID stores; whether the server's does is known at preview. */
export const callbackPattern = textWithout((url) => callbackProblem(url));

export const clientId = textWithout((id) => {
  if (id === "..") return "'..' can't be part of a URL";
  const isRight = /^[a-zA-Z0-9._-]{2,128}$/.test(id);
  return isRight
    ? undefined
    : "must have 2 to 128 letters, digits, dots, underscores and hyphens, and nothing else";
});

/** As Pocket ID reads URLs, with Go's net/url: stricter than the standard. */
const urlProblem = (url: string) => {
  const isRight = URL.canParse(url) && !/\p{Cc}|%(?![0-9a-f]{2})/iu.test(url);
  return isRight ? undefined : "must be an absolute URL, with %25 for a percent sign that stands for itself";
};

export const absoluteUrl = textWithout(urlProblem);

/** The same; empty for none, which Pocket ID takes for a wrong URL: it is left out of a write. */
export const urlOrNone: Schema<string> = {
  ...textWithout((url) => (url === "" ? undefined : urlProblem(url))),
  read: (live) => live ?? "",
  write: (url) => (url === "" ? undefined : url),
};
