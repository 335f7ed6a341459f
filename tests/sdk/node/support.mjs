// What the tests share: a gateway as a process (through the Python helper), and scripted providers.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import OpenAI from "openai";

const sourceDir = process.env.BREAKWATER_SOURCE_DIR;
const timeoutMs = 20_000;

export const serverSection = 'version: 1\nserver: {listen: "127.0.0.1:0", admin: "127.0.0.1:0"}\n';
export const scriptedModel = "scripted";

/** Starts a gateway; without `config` on its embedded default. `stop` rejects when it did not end cleanly. */
export async function startGateway(config) {
  const directory = mkdtempSync(join(tmpdir(), "breakwater-test-"));
  const args = ["-m", "blackbox.gateway"];
  if (config !== undefined) {
    writeFileSync(join(directory, "breakwater.yaml"), config);
    args.push("--config", join(directory, "breakwater.yaml"));
  }
  const process = spawn("python3", args, { cwd: join(sourceDir, "tests"), stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(process, "exit");
  const first = await Promise.race([once(createInterface({ input: process.stdout }), "line"), ended.then(() => null)]);
  if (first === null) {
    rmSync(directory, { recursive: true });
    throw new Error("the gateway did not start");
  }
  return {
    baseURL: JSON.parse(first[0]).base_url,
    async stop() {
      process.stdin.end();
      const [code] = await ended;
      rmSync(directory, { recursive: true });
      if (code !== 0) throw new Error(`the gateway did not stop cleanly: ${code}`);
    },
  };
}

/** A client that shows every error at once: no retries of its own. */
export function clientFor(gateway, options = {}) {
  return new OpenAI({ baseURL: gateway.baseURL, apiKey: "unused", maxRetries: 0, timeout: timeoutMs, ...options });
}

/** A provider that answers with `handler(request, response, body)`, and a gateway whose route `scripted` asks it once per request. */
export async function startScripted(handler) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    requests.push({ body, gone: once(response, "close") });
    handler(request, response, body);
  });
  server.listen(0, "127.0.0.1");
  server.unref(); // a test run must be able to end when the gateway does not start
  await once(server, "listening");
  const gateway = await startGateway(`${serverSection}
providers:
  fake: {dialect: openai, base_url: "http://127.0.0.1:${server.address().port}/v1", api_key: "sk-test-upstream-0001"}
  fake-anthropic: {dialect: anthropic, base_url: "http://127.0.0.1:${server.address().port}", api_key: "sk-test-upstream-0001", passthrough: files}
deployments:
  ${scriptedModel}: {provider: fake, model: m}
  ${scriptedModel}-anthropic: {provider: fake-anthropic, model: m}
defaults:
  retry: {attempts: 1}
`);
  return {
    ...gateway,
    requests,
    async stop() {
      await gateway.stop();
      server.closeAllConnections();
      server.close();
    },
  };
}

export function chunk(delta, finishReason = null) {
  const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
  return { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1770000000, model: "m", choices: [choice] };
}

export function sendEvents(response, events) {
  if (!response.headersSent) response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) response.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
}

export function sendJson(response, value, status = 200, headers = {}) {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(value));
}

export function user(text) {
  return [{ role: "user", content: text }];
}

export async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}
