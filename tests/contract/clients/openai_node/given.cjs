"use strict";
// What a check starts from: a client, and things on the server that it made.

const assert = require("node:assert/strict");
const { setTimeout: sleep } = require("node:timers/promises");
const OpenAI = require("openai");

const WOMBATS = "Wombats dig long burrows and leave cubes behind.";
const PUFFINS = "Puffins carry a dozen fish in one beak.";

class Given {
  constructor(url, apiKey, model) {
    Object.assign(this, { url, apiKey, model });
    this.client = this.made();
  }

  made(options = {}) {
    const place = { baseURL: `${this.url}/v1`, apiKey: this.apiKey };
    return new OpenAI({ ...place, timeout: 30_000, ...options });
  }

  async uploaded(content = WOMBATS, name = "wombats.txt") {
    const file = await OpenAI.toFile(Buffer.from(content), name);
    return this.client.files.create({ file, purpose: "assistants" });
  }

  /** A store in which these files are searchable. */
  async storeWith(...files) {
    let store = await this.client.vectorStores.create({ file_ids: files.map((file) => file.id) });
    const deadline = Date.now() + 30_000;
    while (store.status !== "completed") {
      assert.ok(Date.now() < deadline, JSON.stringify(store));
      await sleep(100);
      store = await this.client.vectorStores.retrieve(store.id);
    }
    assert.equal(store.file_counts.completed, files.length);
    return store;
  }
}

/** All items of all pages. */
async function all(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}

const ids = (objects) => objects.map((object) => object.id);

module.exports = { WOMBATS, PUFFINS, Given, all, ids, toFile: OpenAI.toFile };
