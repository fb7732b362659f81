import { type ChildProcess, fork } from "node:child_process";
import * as path from "node:path";
import { COMPILED } from "./compiled";
import type { Answers, Question, Reply } from "./worker";

/** A process for one site: what it computes, blocks or kills disturbs no other. */
export class Worker {
  private readonly child: ChildProcess;

  constructor() {
    // What the program logs is in the engine's output already.
    this.child = fork(path.join(COMPILED, "worker.js"), { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  }

  /** Asks one question at a time. */
  ask<Q extends Question>(question: Q): Promise<Answers[Q["ask"]]> {
    return new Promise((resolve, reject) => {
      const ended = () => {
        reject(new Error("a worker ended before its answer"));
      };
      this.child.once("exit", ended);
      this.child.once("message", (reply: Reply) => {
        this.child.off("exit", ended);
        if ("problem" in reply) reject(new Error(reply.problem));
        // The worker answers what it was asked.
        else resolve(reply.answer as Answers[Q["ask"]]);
      });
      this.child.send(question);
    });
  }

  /** Leaves everything as it was found. */
  async close(): Promise<void> {
    if (!this.child.connected) return;
    await this.ask({ ask: "close" });
    this.child.disconnect();
  }
}
