/** The waiting client of a benchmark: it asks for the timestamp again and again. */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const pauseMs = 5;

/** @param content URL of the content listener */
export async function untilVisible(content: string, version: number): Promise<void> {
  while ((await timestampVersion(content)) < version) await delay(pauseMs);
}

export function timestampVersion(content: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${content}/metadata/timestamp.json`, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve((JSON.parse(text) as { signed: { version: number } }).signed.version);
      });
    });
    asked.on('error', reject).end();
  });
}

/** @param console URL of the console listener */
export async function untilPublished(console: string, commit: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${console}/readyz`);
    const { generation } = (await response.json()) as { generation?: { commit: string } };
    if (generation?.commit === commit) return;
    await delay(pauseMs);
  }
}
