// Any script that somebody writes to look at a repository: it prints what it reads, as it is.
//
//   node plain-client.mjs URL PROJECT   lists a project of the baseline, milestone 0
const [url, project] = process.argv.slice(2);
const answer = await fetch(`${url}/${project}/index.json`);
for (const [product, versions] of Object.entries(await answer.json())) {
  for (const [version, file] of Object.entries(versions)) {
    process.stdout.write(`${product} ${version} ${file}\n`);
  }
}
