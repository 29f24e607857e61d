// The program under test: one process over a data folder of its own, on a free loopback port.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import path from "node:path";

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

const status = (url) =>
  new Promise((resolve) => {
    http.get(url, { agent: false }, (r) => r.resume().on("end", () => resolve(r.statusCode))).on("error", () => resolve(0));
  });

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Portal {
  constructor(binary, work) {
    this.binary = binary;
    this.data = path.join(work, "data");
    this.log = path.join(work, "portal.log");
  }

  /** Runs a subcommand to its end and returns its standard output. */
  run(...args) {
    return execFileSync(this.binary, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  /** Starts serving; readyMs is the time from the start of the process to the first 200 of /readyz. */
  async serve(...more) {
    const port = await freePort();
    this.base = `http://localhost:${port}`;
    const out = fs.openSync(this.log, "a");
    const started = performance.now();
    this.process = spawn(this.binary, ["serve", "--demo", "--data", this.data, "--addr", `127.0.0.1:${port}`, "--base-url", this.base, "--invite-reward", "25", ...more], { stdio: ["ignore", out, out] });
    fs.closeSync(out);
    this.ended = new Promise((resolve) => this.process.on("exit", (code, signal) => resolve(code ?? signal)));
    while ((await status(`http://127.0.0.1:${port}/readyz`)) !== 200) {
      if (this.process.exitCode !== null) throw new Error(`el portal no arrancó:\n${fs.readFileSync(this.log, "utf8").slice(-2000)}`);
      if (performance.now() - started > 30_000) throw new Error("el portal no está listo tras 30 s");
      await pause(5);
    }
    this.readyMs = Math.round(performance.now() - started);
  }

  /** Resident memory in MB, as the kernel counts it; null where it does not say. */
  residentMB() {
    try {
      return Number(/VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${this.process.pid}/status`, "utf8"))[1]) / 1024;
    } catch {
      return null;
    }
  }

  /** Lines of the program's log that tell of an error of ours. */
  errors() {
    return fs.readFileSync(this.log, "utf8").split("\n").filter((l) => l.includes('"level":"ERROR"') || l.startsWith("panic") || /"status":5\d\d/.test(l));
  }

  /** Asks it to end and returns its exit status. */
  async stop() {
    if (!this.process || this.process.exitCode !== null) return this.process?.exitCode;
    this.process.kill("SIGTERM");
    return Promise.race([this.ended, pause(30_000).then(() => this.process.kill("SIGKILL"))]);
  }
}
