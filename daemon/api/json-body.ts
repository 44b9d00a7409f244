/** Bodies of requests that are JSON: read once, up to a limit, and parsed by a schema. */
import type { Context } from 'koa';
import { z } from 'zod';
import { fault, visible } from '../../core/error/error.ts';
import { refuseDepth } from '../../core/metadata/document.ts';
import type { JsonValue } from '../../core/metadata/json.ts';
import { Refusal } from './problems.ts';

/** What is base64 is text to JSON; metadata and small target files have room in it. */
const maxBodyBytes = 16 * 2 ** 20;

export interface JsonBody<T> {
  readonly value: T;
  /** As they came. */
  readonly bytes: Buffer;
}

/** What came is JSON, whatever is in it. */
export const anyJson = z.unknown().transform((value) => value as JsonValue);

/**
 * @throws Refusal 415 for another type, 413 for too much, 400 for what is no JSON or does not fit;
 *   `json.too-deep`, `json.key`
 */
export async function readJsonBody<T>(ctx: Context, schema: z.ZodType<T>): Promise<JsonBody<T>> {
  if (ctx.is('json') === false || !/^(identity)?$/.test(ctx.get('Content-Encoding'))) {
    throw refusal(415, 'Content-Type', 'the body is application/json, without any encoding');
  }
  const bytes = await readBytes(ctx);
  let json: JsonValue;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as JsonValue;
  } catch {
    throw refusal(400, 'the body', 'it is not JSON');
  }
  refuseDepth(json, 'the body');
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data, bytes };
  throw new Refusal(
    400,
    parsed.error.issues
      .slice(0, 20)
      .map(({ path, message }) => fault('change.form', visible(path.join('/')), visible(message))),
  );
}

async function readBytes(ctx: Context): Promise<Buffer> {
  if (Number(ctx.get('Content-Length')) > maxBodyBytes) throw tooLarge(ctx);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ctx.req) {
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) throw tooLarge(ctx);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function tooLarge(ctx: Context): Refusal {
  ctx.set('Connection', 'close');
  const message = `it is larger than ${maxBodyBytes} bytes`;
  const hint = 'put large files into the blob store';
  return new Refusal(413, [fault('request.too-large', 'the body', message, { hint })]);
}

function refusal(status: number, where: string, message: string): Refusal {
  return new Refusal(status, [fault('request.form', where, message)]);
}
