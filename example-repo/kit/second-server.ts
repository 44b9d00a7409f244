/** A HOME that came from another one, served beside it: on ports of its own. */
import { editJson } from './folders.ts';
import type { Person } from './person.ts';
import { serve, type Server } from './server.ts';
import type { Stage } from './stage.ts';

interface Config {
  readonly content: object;
  readonly console: object;
}

export async function serveBeside(stage: Stage, operator: Person, home: string): Promise<Server> {
  const listen = '127.0.0.1:0';
  await editJson<Config>(`${home}/config.json`, (config) => ({
    ...config,
    content: { ...config.content, listen },
    console: { ...config.console, listen },
  }));
  return serve(stage, operator, home);
}
