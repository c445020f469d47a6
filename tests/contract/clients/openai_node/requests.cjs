"use strict";
// Errors, headers, and several requests at once.
const assert = require("node:assert/strict");
const { AuthenticationError, BadRequestError, NotFoundError, RateLimitError } = require("openai");
const { WOMBATS, all, ids, toFile } = require("./given.cjs");

/** The error is of this class, and tells this. */
const refused = (promise, kind, ...expected) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof kind, String(error));
    assert.match(error.requestID, /^req_/);
    const { message } = error.error;
    const told = [error.status, error.type, error.code, error.param, message];
    assert.deepEqual(told.slice(0, expected.length), expected);
    return true;
  });

async function attachOnAndOn(client, storeId, fileId) {
  for (let time = 0; time < 100; time += 1) {
    await client.vectorStores.files.create(storeId, { file_id: fileId });
  }
}

module.exports = {
  NotFoundError: async (given) => {
    const nobodys = "file-0123456789abcdefABCDEF";

    await refused(
      given.client.files.retrieve(nobodys),
      NotFoundError,
      ...[404, "invalid_request_error", null, "id", `No such File object: ${nobodys}`],
    );
  },

  BadRequestError: async (given) => {
    await refused(
      given.client.vectorStores.create({ metadata: { key: "v".repeat(513) } }),
      BadRequestError,
      ...[400, "invalid_request_error", "string_above_max_length", "metadata.key"],
      "Invalid 'metadata.key': string too long. Expected a string with maximum length 512, " +
        "but got a string with length 513 instead.",
    );
  },

  AuthenticationError: async (given) => {
    const stranger = given.made({ apiKey: "sk-nobody-knows-this-one" });

    await refused(
      stranger.files.list(),
      AuthenticationError,
      ...[401, "invalid_request_error", "invalid_api_key", null],
    );
  },

  RateLimitError: async (given) => {
    const [file, store] = [await given.uploaded(), await given.client.vectorStores.create({})];

    await refused(
      attachOnAndOn(given.made({ maxRetries: 0 }), store.id, file.id),
      RateLimitError,
      ...[429, "requests", "rate_limit_exceeded", null],
    );
  },

  // It waits as long as the server says, and is let in then.
  max_retries: async (given) => {
    const [file, store] = [await given.uploaded(), await given.client.vectorStores.create({})];
    const answers = [];
    const patient = given.made({
      maxRetries: 1,
      fetch: async (...request) => {
        const response = await fetch(...request);
        answers.push({ at: Date.now(), response });
        return response;
      },
    });

    while (!answers.some(({ response }) => response.status === 429)) {
      await patient.vectorStores.files.create(store.id, { file_id: file.id });
    }

    const [refusal, success] = answers.slice(-2);
    assert.deepEqual([refusal.response.status, success.response.status], [429, 200]);
    const seconds = Number(refusal.response.headers.get("retry-after"));
    assert.ok(seconds >= 1 && success.at - refusal.at >= seconds * 1000 - 10);
  },

  with_raw_response: async (given) => {
    const { data, response, request_id: id } = await given.client.vectorStores
      .create({ name: "Birds" })
      .withResponse();

    assert.equal(data.name, "Birds");
    assert.match(id, /^req_/);
    assert.equal(response.headers.get("x-request-id"), id);
    assert.match(response.headers.get("openai-processing-ms"), /^\d+$/);
  },

  AsyncOpenAI: async (given) => {
    const { vectorStores } = given.client;
    const store = await vectorStores.create({});

    const done = await Promise.all(
      [..."012"].map(async (number) => {
        const file = await toFile(Buffer.from(WOMBATS + number), "wombats.txt");
        return vectorStores.files.uploadAndPoll(store.id, file);
      }),
    );

    const listed = await all(vectorStores.files.list(store.id, { limit: 2 }));
    assert.deepEqual(done.map((file) => file.status), Array(3).fill("completed"));
    assert.deepEqual(ids(listed).sort(), ids(done).sort());
  },
};
