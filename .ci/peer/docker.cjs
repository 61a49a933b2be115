// Parses a Dockerfile, and checks what the image promises: it begins empty, and runs as nobody.
const fs = require('node:fs');
const { validate } = require('dockerfile-utils');

const [path] = process.argv.slice(2);
const text = fs.readFileSync(path, 'utf8');
const wrong = validate(text).map((it) => `${it.range.start.line + 1}: ${it.message}`);
const stages = text.split(/^FROM /m).slice(1);
const last = stages.at(-1);
if (!last.startsWith('scratch\n')) wrong.push('the last stage does not begin with scratch');
if (!/^USER [1-9][0-9]*:[1-9][0-9]*$/m.test(last)) wrong.push('the last stage runs as root');
if (!/^ENTRYPOINT \["\/voxev"\]$/m.test(last)) wrong.push('the last stage does not run voxev');
// An empty image has nothing to interpret a script with.
if (/^RUN /m.test(last)) wrong.push('the last stage runs something');
for (const it of wrong) console.error(`${path}: ${it}`);
console.log(`docker: ${path} parsed, ${stages.length} stages, ${wrong.length} mistakes`);
process.exit(wrong.length > 0 ? 1 : 0);
