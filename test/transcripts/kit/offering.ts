/** How the page for downloaders begins: a server that offers two versions of a tool, and nobody who trusts it. */
import { makeFirstHome, must } from './beginning.ts';
import type { Stage } from './stage.ts';

/** No key is in a token here: those who sign are off the stage. */
export async function offerTool(stage: Stage): Promise<void> {
  await makeFirstHome(stage);
  await must(stage, 'operator', 'tuf-on-git serve home &');
  await must(stage, 'admin', 'cp ~/../operator/home/trust/root.json ~/../operator/table/admin.* .');
  await must(stage, 'operator', 'tuf-on-git token add home admin > ~/../admin/token');
  const clone = 'tuf-on-git clone http://127.0.0.1:8081 work --root root.json --token-file token';
  await must(stage, 'admin', `chmod 600 token && ${clone} --key file:admin.json && cd work`);
  for (const version of ['1.0.0', '1.1.0']) {
    const upload = `tuf-on-git upload ../hello.txt --to tools/hello/${version} --yes`;
    await must(stage, 'admin', `echo 'hello ${version}' > ../hello.txt && ${upload}`);
  }
  await stage.settled();
}
