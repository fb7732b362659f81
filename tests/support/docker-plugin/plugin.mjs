/** Stands in for Docker's plugin in previews, which need no more of it than its inputs back. */
import provider from "@pulumi/pulumi/provider/index.js";

const refuse = () => Promise.reject(new Error("this stand-in for Docker's plugin only previews"));

await provider.main(
  {
    version: "5.2.0",
    check: (_urn, _olds, inputs) => Promise.resolve({ inputs }),
    create: refuse,
    delete: refuse,
  },
  process.argv.slice(2),
);
