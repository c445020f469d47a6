"use strict";
// node main.cjs URL KEY MODEL: prints what became of each check, as JSON in its last line.

const { inspect } = require("node:util");
const { Given } = require("./given.cjs");

const checks = Object.assign(
  {},
  ...["files", "uploads", "stores", "store_files", "batches", "embeddings", "requests"].map(
    (group) => require(`./${group}.cjs`),
  ),
);
async function tried(check, given) {
  try {
    await check(given);
    return { outcome: "pass", detail: "" };
  } catch (error) {
    return { outcome: "fail", detail: inspect(error, { depth: 4 }) };
  }
}

async function main() {
  const given = new Given(...process.argv.slice(2));
  const report = {};
  for (const [name, check] of Object.entries(checks)) report[name] = await tried(check, given);
  process.stdout.write(`\n${JSON.stringify(report)}\n`);
}

main();
