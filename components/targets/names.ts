import * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs } from "./arguments";

/**
 * The name of a component's objects in Docker, from project, stack and component: never from a host name, so that two stacks
 * on one engine don't touch each other's data, and another host name keeps it.
 */
export function dockerName(component: string): string {
  return plainName(`${pulumi.getProject()}-${pulumi.getStack()}-${component}`);
}

/** Where a component's accounts and files are: names of volumes, or paths of folders. */
export function dataPlaces(
  component: string,
  { volumes = {} }: Pick<ContainerArgs, "volumes">,
): { config: string; data: string } {
  const { config = `${dockerName(component)}-config`, data = `${dockerName(component)}-data` } = volumes;
  return { config, data };
}

/** Says whose an object is. Unlike the name, nothing is left out of it, so two owners never look the same. */
export function ownerName(component: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${component}`;
}

/** Letters, digits, `_`, `.` and `-`, with a letter or digit first: what Docker and every file system take. */
export function plainName(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
}
