import { follow } from "./live.js";
import { token } from "./session.js";

/** What the gateway answers instead of what was asked. `status` 0: it could not be reached. */
export class ApiProblem extends Error {
  /**
   * @param {number} status of HTTP, or 0
   * @param {{name?: string, detail?: string, errors?: {pointer: string, detail: string}[], correlation?: string}} said
   */
  constructor(status, { name = "unreachable", detail = "", errors = [], correlation = "" } = {}) {
    super(`${status} ${name}`);
    Object.assign(this, { status, name, detail, errors, correlation });
  }

  /** Whether asking again later may do: not reached, or the gateway's own trouble. */
  get passing() {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

async function ask(method, path, body, { signal } = {}) {
  const headers = { Accept: "application/json" };
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, {
      method,
      headers,
      signal,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiProblem(0);
  }
  if (!response.ok) throw await problem(response);
  return response;
}

async function problem(response) {
  let said = {};
  try {
    said = await response.json();
  } catch {
    // Not one of ours; the status must do.
  }
  const name = String(said.type ?? "").replace(/^urn:jangkau:problem:/, "") || `http-${response.status}`;
  return new ApiProblem(response.status, { ...said, name });
}

/** The gateway. Every call raises `ApiProblem`. */
export const api = {
  /**
   * @param {string} path with its query, from the root
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<any>} the answer's JSON
   */
  get: async (path, options) => (await ask("GET", path, undefined, options)).json(),

  /**
   * @param {string} path from the root
   * @param {any} body sent as JSON
   * @param {{signal?: AbortSignal}} [options]
   * @returns {Promise<any>} the answer's JSON
   */
  post: async (path, body, options) => (await ask("POST", path, body, options)).json(),

  /**
   * @param {string} path from the root
   * @returns {Promise<string>} the answer as text
   */
  text: async (path) => (await ask("GET", path)).text(),

  /**
   * Be told what changes, until the returned function is called. It connects again by itself.
   * @param {(event: {kind: string, data: any}) => void} onEvent
   * @param {(state: "open"|"lost"|"ended") => void} [onState] `ended`: the token does not allow it, or has expired
   * @returns {() => void} stops it
   */
  live: (onEvent, onState = () => {}) =>
    follow(
      async (signal) => {
        const response = await fetch("/live", {
          headers: { Authorization: `Bearer ${token()}`, Accept: "text/event-stream" },
          signal,
          cache: "no-store",
          credentials: "omit",
        });
        if (!response.ok) throw await problem(response);
        return response.body;
      },
      onEvent,
      onState,
    ),
};
