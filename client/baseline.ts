/**
 * Milestone 0: a repository without TUF. Whatever the server says is believed; this exists so that
 * the milestones after it have something to be compared with.
 */
import path from 'node:path';
import { fault } from '../core/error/error.ts';
import { isObject, type JsonObject, type JsonValue } from '../core/metadata/json.ts';
import { isSafeTargetPath } from '../core/metadata/names.ts';
import { fetchBytes } from './fetch-bytes.ts';
import type { Fetcher } from './fetcher.ts';
import { httpFetcher } from './http-fetcher.ts';
import { nearNames } from './near-names.ts';
import { parseRequest } from './project-view.ts';
import { defaultRetry } from './retry.ts';
import { replaceFile } from './storage.ts';
import { baseUrl, encodePath } from './urls.ts';
import { compareVersions } from './version-order.ts';

/** `<project>/index.json`: product → version → file name in the same folder. */
export type ProjectIndex = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface BaselineRequest {
  readonly url: string;
  readonly fetcher?: Fetcher;
}

/** @throws `download.*`, `json.*` when the index is none */
export async function listBaseline(
  request: BaselineRequest & { readonly project: string },
): Promise<ProjectIndex> {
  const url = fileUrl(request.url, request.project, 'index.json');
  const bytes = await fetchBytes(sourceOf(request), url, 10_000_000);
  return parseIndex(bytes, url);
}

/**
 * Downloads the file that `project[/product][=version]` asks for, and verifies nothing.
 * @param request.folder where the file goes
 * @throws `search.not-found`, `download.*`, `json.*`, `client.storage`
 */
export async function getBaseline(
  request: BaselineRequest & { readonly request: string; readonly folder: string },
): Promise<{ readonly file: string; readonly path: string; readonly verified: false }> {
  const { project, product = project, version } = parseRequest(request.request);
  const index = await listBaseline({ ...request, project });
  const versions = pick(index, product, `product ${project}/${product}`);
  const newest = Object.keys(versions).toSorted(compareVersions).at(-1) ?? '';
  const name = pick(versions, version ?? newest, `version ${version ?? newest} of ${product}`);
  const file = path.join(request.folder, requireFileName(name));
  await download(fileUrl(request.url, project, name), file, sourceOf(request).fetcher);
  return { file, path: `${project}/${name}`, verified: false };
}

function sourceOf({ fetcher }: BaselineRequest) {
  return { fetcher: fetcher ?? httpFetcher(), retry: defaultRetry };
}

function fileUrl(url: string, project: string, name: string): string {
  return `${baseUrl(url)}${encodePath(`${project}/${name}`)}`;
}

async function download(url: string, file: string, fetcher: Fetcher): Promise<void> {
  const { body } = await fetcher.fetch(url, { maxLength: Number.MAX_SAFE_INTEGER });
  await replaceFile(file, async (handle) => {
    for await (const chunk of body) await handle.appendFile(chunk);
  });
}

function parseIndex(bytes: Uint8Array, where: string): ProjectIndex {
  let json: JsonValue;
  try {
    json = JSON.parse(Buffer.from(bytes).toString()) as JsonValue;
  } catch (cause) {
    throw fault('json.syntax', where, 'the index is not JSON', { cause });
  }
  if (isObject(json) && Object.values(json).every(isVersionMap)) return json as ProjectIndexJson;
  throw fault('json.shape', where, 'the index must give product, version and file name');
}

type ProjectIndexJson = Record<string, Record<string, string>>;

function isVersionMap(value: JsonValue): value is JsonObject {
  return isObject(value) && Object.values(value).every((name) => typeof name === 'string');
}

function pick<T>(map: Readonly<Record<string, T>>, name: string, where: string): T {
  const found = Object.hasOwn(map, name) ? map[name] : undefined;
  if (found !== undefined) return found;
  const near = nearNames(name, Object.keys(map));
  throw fault('search.not-found', where, 'the repository has none of this name', {
    ...(near.length === 0 ? {} : { hint: `did you mean ${near.join(', ')}` }),
  });
}

/** Even what is believed blindly is not allowed to write elsewhere on this machine. */
function requireFileName(name: string): string {
  if (isSafeTargetPath(name) && !name.includes('/')) return name;
  throw fault('path.form', name, 'the index gives no plain file name');
}
