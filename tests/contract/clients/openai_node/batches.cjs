"use strict";
const assert = require("node:assert/strict");
const is = require("./shapes.cjs");
const { PUFFINS, WOMBATS, all, ids, toFile } = require("./given.cjs");

const batches = (given) => given.client.vectorStores.fileBatches;
const counts = ({ file_counts: { completed, failed, total } }) => [completed, failed, total];
const newStore = (given) => given.client.vectorStores.create({});

module.exports = {
  "vector_stores.file_batches.create": async (given) => {
    const files = [await given.uploaded(), await given.uploaded()];
    const store = await newStore(given);

    const batch = await batches(given).create(store.id, { file_ids: ids(files) });

    is.batch(batch);
    assert.ok(batch.id.startsWith("vsfb_"));
    assert.deepEqual([batch.vector_store_id, batch.file_counts.total], [store.id, 2]);
  },

  "vector_stores.file_batches.create(files)": async (given) => {
    const [wombats, puffins] = [await given.uploaded(), await given.uploaded(PUFFINS)];
    const store = await newStore(given);

    await batches(given).create(store.id, {
      files: [
        { file_id: wombats.id, attributes: { kind: "mammal" } },
        { file_id: puffins.id, attributes: { kind: "bird" } },
      ],
    });

    const files = await all(given.client.vectorStores.files.list(store.id));
    const kinds = Object.fromEntries(files.map((file) => [file.id, file.attributes.kind]));
    assert.deepEqual(kinds, { [wombats.id]: "mammal", [puffins.id]: "bird" });
  },

  "vector_stores.file_batches.create_and_poll": async (given) => {
    const files = [await given.uploaded(), await given.uploaded("  ")];
    const store = await newStore(given);

    const batch = await batches(given).createAndPoll(store.id, { file_ids: ids(files) });

    is.batch(batch);
    assert.deepEqual([batch.status, counts(batch)], ["completed", [1, 1, 2]]);
  },

  "vector_stores.file_batches.poll": async (given) => {
    const [file, store] = [await given.uploaded("  "), await newStore(given)];
    const batch = await batches(given).create(store.id, { file_ids: [file.id] });

    const done = await batches(given).poll(store.id, batch.id);

    is.batch(done);
    assert.deepEqual([done.id, done.status, counts(done)], [batch.id, "failed", [0, 1, 1]]);
  },

  // The helper sends five files at once.
  "vector_stores.file_batches.upload_and_poll": async (given) => {
    const [before, store] = [await given.uploaded(), await newStore(given)];
    const files = await Promise.all(
      [..."0123456"].map((number) => toFile(Buffer.from(WOMBATS + number), `note ${number}.txt`)),
    );

    const batch = await batches(given).uploadAndPoll(store.id, { files, fileIds: [before.id] });

    is.batch(batch);
    assert.deepEqual([batch.status, counts(batch)], ["completed", [8, 0, 8]]);
  },

  "vector_stores.file_batches.retrieve": async (given) => {
    const [file, store] = [await given.uploaded(), await newStore(given)];
    const batch = await batches(given).createAndPoll(store.id, { file_ids: [file.id] });

    const found = await batches(given).retrieve(batch.id, { vector_store_id: store.id });

    assert.deepEqual(found, batch);
  },

  // A worker may have finished the first by then; what it has not is cancelled.
  "vector_stores.file_batches.cancel": async (given) => {
    const words = Array.from({ length: 100_000 }, (_, number) => `word${number}`).join(" ");
    const files = [await given.uploaded(), await given.uploaded(words)];
    const store = await newStore(given);
    const batch = await batches(given).create(store.id, { file_ids: ids(files) });

    const cancelled = await batches(given).cancel(batch.id, { vector_store_id: store.id });

    is.batch(cancelled);
    const { status, file_counts: ended } = await batches(given).poll(store.id, batch.id);
    assert.equal(ended.completed + ended.cancelled, 2);
    assert.equal(status, ended.cancelled ? "cancelled" : "completed");
  },

  "vector_stores.file_batches.list_files": async (given) => {
    const files = [];
    for (const number of "01234") files.push(await given.uploaded(WOMBATS + number));
    const [bad, store] = [await given.uploaded("  "), await newStore(given)];
    const batch = await batches(given).createAndPoll(store.id, { file_ids: ids([...files, bad]) });

    const place = { vector_store_id: store.id };
    const listed = await all(batches(given).listFiles(batch.id, { ...place, limit: 2 }));
    const failed = await all(batches(given).listFiles(batch.id, { ...place, filter: "failed" }));

    assert.ok(is.each(is.storeFile)(listed));
    assert.deepEqual(ids(listed).sort(), ids([...files, bad]).sort());
    assert.deepEqual(ids(failed), [bad.id]);
  },
};
